// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <optional>
#include <ostream>
#include <utility>

#include "countersign/base/limits_signing.h"
#include "countersign/net/curl_transport.h"
#include "countersign/trust/certificate_file.h"

#include "app/file.h"
#include "app/image_access.h"
#include "app/new_signature.h"
#include "app/registries.h"
#include "app/sign.h"
#include "app/signing_key.h"

namespace countersign::app {
namespace {

struct TimestampService {  // what stands below uses what stands above it
  std::unique_ptr<net::HttpTransport> http;
  std::unique_ptr<signing::Timestamper> timestamper;
};

Result<TimestampService> timestamp_service(const SignOptions& options, net::TransportOptions reach,
                                           const Clock& clock);

// From the options to a signature that is stored, in this order: nothing is asked of a registry
// before there is a key, and nothing is written before the signature is whole.
class Signing {
 public:
  Signing(const SignOptions& options, const Target& target, const Clock& clock, Console& console)
      : options_(options),
        target_(target),
        clock_(clock),
        console_(console),
        deadline_(Deadline::after(clock, limits::kSignWait)),
        facts_(clock),
        logger_(log::make_silent_logger()) {}

  Result<NewSignature> run(Setup setup);

 private:
  Result<oci::Descriptor> look() const;
  Result<NewSignature> make(const oci::Descriptor& image);
  Result<void> check_unchanged(const oci::Descriptor& image) const;
  Result<registry::Attached> store(const NewSignature& made) const;
  void progress(const std::string& what) const;
  // An error of a registry or layout says of which image.
  template <class Value>
  Result<Value> of_image(Result<Value> result) const {
    if (!result) {
      return fail(result.error().reason, options_.reference + ": " + result.error().detail);
    }
    return result;
  }
  std::vector<std::string> warnings() const;

  const SignOptions& options_;
  const Target& target_;
  const Clock& clock_;
  Console& console_;
  Deadline deadline_;
  registry::Facts facts_;
  courier::SilentObserver observer_;
  std::unique_ptr<log::Logger> logger_;
  SigningKey key_;
  TimestampService timestamps_;
  std::unique_ptr<Registries> registries_;
};

Result<NewSignature> Signing::run(Setup setup) {
  TRY(key_, signing_key(options_, console_, clock_, observer_, deadline_));
  // It is reached like other services that are no registry.
  TRY(timestamps_, timestamp_service(options_, setup.revocation.transport, clock_));
  TRY(registries_,
      Registries::create(
          std::move(setup),
          {.facts = facts_, .observer = observer_, .logger = *logger_, .clock = clock_}));
  progress("looking up " + options_.reference);
  TRY(const auto image, of_image(look()));
  TRY(auto made, make(image));
  TRY_VOID(check_unchanged(image));
  switch (options_.effect) {
    case SignOptions::Effect::None:
      return made;
    case SignOptions::Effect::Stored:
      break;
  }
  progress("storing the signature");
  TRY(const auto attached, of_image(store(made)));
  made.listed = attached.listed;
  return made;
}

// As it is now: nothing that was remembered.
Result<oci::Descriptor> Signing::look() const {
  TRY(const auto repository, registries_->open_anew(target_.image));
  return repository->resolve(target_.image, deadline_);
}

Result<NewSignature> Signing::make(const oci::Descriptor& image) {
  const auto now = std::chrono::floor<std::chrono::seconds>(clock_.now());
  const signing::Request request{
      .target = image,
      .user_metadata = options_.metadata,
      .format = options_.format,
      .signing_time = now,
      .expiry = options_.life ? std::optional<Time>(now + *options_.life) : std::nullopt,
      .agent = "countersign/" COUNTERSIGN_VERSION};
  progress(timestamps_.timestamper ? "signing, with a timestamp of " + options_.timestamp_url
                                   : "signing");
  TRY(auto bytes,
      signing::make_envelope(request, *key_.signer, timestamps_.timestamper.get(), deadline_));
  TRY(auto envelope, notation::open_envelope(media_type(options_.format), bytes));
  auto artifact =
      signing::make_artifact(options_.format, std::move(bytes), image, key_.signer->chain(), now);
  const auto place = target_.layout.empty() ? target_.image.repository() : target_.layout.string();
  return NewSignature{.reference = place + "@" + image.digest.text(),
                      .image = image,
                      .artifact = std::move(artifact),
                      .envelope = std::move(envelope),
                      .listed = std::nullopt,
                      .warnings = warnings()};
}

// A tag may have moved while the key, the vault or the timestamp authority took their time: the
// signature would be of an image that nobody meant any more.
Result<void> Signing::check_unchanged(const oci::Descriptor& image) const {
  if (target_.image.digest()) {
    return {};
  }
  TRY(const auto again, of_image(look()));
  if (!again.same_content(image)) {
    return fail(Reason::DigestMismatch, target_.image.text() + " was " + image.digest.text() +
                                            " and is " + again.digest.text() +
                                            " now; nothing was stored, sign it again");
  }
  return {};
}

Result<registry::Attached> Signing::store(const NewSignature& made) const {
  const auto& artifact = made.artifact;
  const registry::Attachment attachment{
      .blobs = {{artifact.config_descriptor, artifact.config},
                {artifact.envelope_descriptor, artifact.envelope}},
      .manifest = {artifact.descriptor, artifact.manifest},
      .subject = made.image};
  TRY(const auto publisher, registries_->publisher(target_.image, {}));
  return publisher->attach(attachment, options_.tag, deadline_);
}

void Signing::progress(const std::string& what) const {
  switch (console_.progress) {
    case Progress::Never:
      return;
    case Progress::Shown:
      console_.err << "countersign: " << log::clean(what, limits::kLogField) << '\n';
      return;
  }
}

std::vector<std::string> Signing::warnings() const {
  std::vector<std::string> warnings;
  if (!target_.image.digest()) {
    warnings.emplace_back(
        "a tag may name another image tomorrow, which is not signed; sign and deploy by digest");
  }
  return warnings;
}

Result<TimestampService> timestamp_service(const SignOptions& options, net::TransportOptions reach,
                                           const Clock& clock) {
  TimestampService service;
  if (options.timestamp_url.empty()) {
    return service;
  }
  TRY(const auto file, read_file(options.timestamp_roots, limits::kKeyFileBytes));
  auto roots = trust::parse_certificate_file(as_bytes(file));
  if (!roots) {
    return fail(Reason::BadConfig, options.timestamp_roots + ": " + roots.error().detail);
  }
  // Plain http is usual, and safe: what comes back is signed by whom we trust.
  reach.plain_http = net::PlainHttp::Allow;
  TRY(service.http, net::make_curl_transport(std::move(reach), clock));
  service.timestamper =
      signing::timestamp_authority(options.timestamp_url, *std::move(roots), *service.http);
  return service;
}

// What its author can mend is a mistake in use, a right that he lacks, too; that somebody else
// answered wrongly is not.
Exit explain_failure(const Error& error, Console& console) {
  static constexpr std::array kDenied{Reason::KeyVaultDenied, Reason::RegistryAuth,
                                      Reason::AzureIdentityRefused};
  static constexpr std::array kAnsweredWrongly{Reason::SignatureInvalid, Reason::TimestampInvalid};
  const auto said = give_up(error, console);
  if (std::ranges::find(kDenied, error.reason) != kDenied.end()) {
    return Exit::Usage;
  }
  return std::ranges::find(kAnsweredWrongly, error.reason) != kAnsweredWrongly.end() ? Exit::Unknown
                                                                                     : said;
}

}  // namespace

Exit sign(const SignOptions& options, Console& console) {
  const auto target = find_target(options);
  if (!target) {
    return complain({options.reference + ": " + target.error().detail}, console);
  }
  const SystemClock clock;
  auto setup = image_setup(options, *target, Trust::NotNeeded, clock, console);
  if (!setup) {
    return complain(setup.error(), console);
  }
  const auto made = Signing(options, *target, clock, console).run(std::move(*setup));
  if (!made) {
    return explain_failure(made.error(), console);
  }
  console.out << (options.output == Output::Json ? signature_json(*made) + "\n"
                                                 : signature_text(*made));
  for (const auto& warning : made->warnings) {
    warn(warning, console);
  }
  return Exit::Yes;
}

}  // namespace countersign::app

// SPDX-License-Identifier: Apache-2.0
#include "app/inspection.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/notation/signature_manifest.h"

#include "app/one_signature.h"

namespace countersign::app {
namespace {

using registry::Repository;

class Inspector {  // of one batch: two round trips for all of it
 public:
  Inspector(const oci::Descriptor& image, Repository& repository, const Judge& judge,
            Deadline deadline)
      : image_(image), repository_(repository), judge_(judge), deadline_(deadline) {}

  std::vector<InspectedSignature> look_at(std::span<const oci::Descriptor> signatures);

 private:
  struct Fetched {
    Result<oci::Blob> manifest;
    Result<oci::Descriptor> names;  // the envelope
    std::optional<Result<oci::Blob>> envelope;
  };

  std::vector<Fetched> fetch(std::span<const oci::Descriptor> signatures);
  void fetch_envelopes(std::vector<Fetched>& all);
  InspectedSignature describe(const oci::Descriptor& signature, const Fetched& fetched) const;

  const oci::Descriptor& image_;
  Repository& repository_;
  const Judge& judge_;
  Deadline deadline_;
};

// "Not here" and "other bytes" are findings about a signature, as they are for the verifier.
Error finding(const Error& error) {
  const bool definite =
      error.reason == Reason::ImageNotFound || error.reason == Reason::DigestMismatch;
  return {definite ? Reason::EnvelopeInvalid : error.reason, error.detail};
}

notation::OpenedEnvelope open(const Result<oci::Descriptor>& names,
                              const std::optional<Result<oci::Blob>>& envelope) {
  if (!names) {
    return std::unexpected(finding(names.error()));
  }
  if (!*envelope) {
    return std::unexpected(finding(envelope->error()));
  }
  return notation::open_envelope(names->media_type, (*envelope)->bytes());
}

bool is_open_question(const InspectedSignature& signature) {
  const bool unseen =
      !signature.envelope && exit_of(signature.envelope.error().reason) == Exit::Unknown;
  return unseen || (signature.judgement && exit_of(*signature.judgement) == Exit::Unknown);
}

}  // namespace

std::string_view kind_of(const x509::Certificate& certificate) {
  const auto& constraints = certificate.basic_constraints();
  return constraints && constraints->ca ? "CA" : "leaf";
}

std::vector<InspectedSignature> inspect_signatures(const SignatureList& list,
                                                   Repository& repository, const Judge& judge,
                                                   Deadline deadline) {
  Inspector inspector(list.image, repository, judge, deadline);
  std::vector<InspectedSignature> inspected;
  std::span<const oci::Descriptor> left(list.signatures);
  while (!left.empty()) {
    const auto batch = std::min(left.size(), limits::kSignaturesAtOnce);
    std::ranges::move(inspector.look_at(left.first(batch)), std::back_inserter(inspected));
    left = left.subspan(batch);
  }
  return inspected;
}

Exit exit_of(const Inspection& inspection) {
  return std::ranges::any_of(inspection.signatures, is_open_question) ? Exit::Unknown : Exit::Yes;
}

namespace {

std::vector<InspectedSignature> Inspector::look_at(std::span<const oci::Descriptor> signatures) {
  const auto fetched = fetch(signatures);
  std::vector<InspectedSignature> inspected;
  for (std::size_t index = 0; index < signatures.size(); ++index) {
    inspected.push_back(describe(signatures[index], fetched[index]));
  }
  return inspected;
}

std::vector<Inspector::Fetched> Inspector::fetch(std::span<const oci::Descriptor> signatures) {
  std::vector<Fetched> all;
  for (auto& manifest : repository_.fetch(signatures, Repository::Content::Manifest,
                                          limits::kSignatureManifestBytes, deadline_)) {
    auto names = manifest ? notation::envelope_of(*manifest, image_)
                          : Result<oci::Descriptor>(std::unexpected(manifest.error()));
    all.push_back({std::move(manifest), std::move(names), std::nullopt});
  }
  fetch_envelopes(all);
  return all;
}

void Inspector::fetch_envelopes(std::vector<Fetched>& all) {
  std::vector<oci::Descriptor> wanted;
  for (const auto& each : all) {
    if (each.names) {
      wanted.push_back(*each.names);
    }
  }
  if (wanted.empty()) {
    return;
  }
  auto envelopes =
      repository_.fetch(wanted, Repository::Content::Blob, limits::kEnvelopeBytes, deadline_);
  auto next = envelopes.begin();
  for (auto& each : all) {
    if (each.names) {
      each.envelope = std::move(*next++);
    }
  }
}

InspectedSignature Inspector::describe(const oci::Descriptor& signature,
                                       const Fetched& fetched) const {
  InspectedSignature inspected{.digest = signature.digest,
                               .media_type = fetched.names ? fetched.names->media_type : "",
                               .envelope = open(fetched.names, fetched.envelope),
                               .judgement = std::nullopt};
  if (judge_) {
    OneSignature alone(signature, fetched.manifest, fetched.envelope);
    inspected.judgement = judge_(image_, alone);
  }
  return inspected;
}

}  // namespace
}  // namespace countersign::app

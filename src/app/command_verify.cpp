// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <ostream>
#include <utility>

#include "countersign/registry/docker_config.h"

#include "app/application.h"
#include "app/commands.h"
#include "app/config.h"
#include "app/default_files.h"
#include "app/file.h"
#include "app/judgement.h"
#include "app/notation_home.h"

namespace countersign::app {
namespace {

namespace fs = std::filesystem;

template <class T>
using Checked = std::expected<T, Problems>;

struct Target {
  oci::ImageRef image;
  fs::path layout;  // empty: the registry
};

// DIR@DIGEST in a layout is what SCOPE@DIGEST is in a registry.
Result<Target> target_in_layout(const VerifyOptions& options) {
  const auto at = options.reference.rfind('@');
  if (options.scope.empty() || at == std::string::npos) {
    return fail(Reason::BadReference,
                "--oci-layout needs --scope REPOSITORY and a folder with a digest, "
                "./layout@sha256:...");
  }
  TRY(auto image,
      oci::ImageRef::parse(oci::canonical_scope(options.scope) + options.reference.substr(at)));
  return Target{std::move(image), options.reference.substr(0, at)};
}

Result<Target> target(const VerifyOptions& options) {
  switch (options.source) {
    case Source::OciLayout:
      return target_in_layout(options);
    case Source::Registry:
      break;
  }
  TRY(auto image, oci::ImageRef::parse(options.reference));
  return Target{std::move(image), {}};
}

// A file that was named must be there; the usual one may be missing.
Result<std::unique_ptr<registry::CredentialProvider>> credentials(const VerifyOptions& options,
                                                                  const Console& console) {
  fs::path file = options.docker_config;
  if (file.empty()) {
    file = docker_config_file(console);
    std::error_code ignored;
    if (!fs::exists(file, ignored)) {
      return registry::anonymous();
    }
  }
  TRY(const auto content, read_file(file, limits::kConfigBytes));
  auto provider = registry::parse_docker_config(content);
  if (!provider) {
    return fail(Reason::BadConfig, file.string() + ": " + provider.error().detail);
  }
  return provider;
}

Result<RegistrySetup> own_registry(const VerifyOptions& options, const Target& target,
                                   const Console& console) {
  RegistrySetup registry;
  registry.host = target.image.registry();
  registry.where = registry.host;
  if (!target.layout.empty()) {
    registry.layout = target.layout;
    return registry;
  }
  TRY(registry.credentials, credentials(options, console));
  auto& transport = registry.transport;
  transport.allowed = options.allowed;
  transport.ca_file = options.ca_file;
  transport.overrides = options.resolve;
  if (std::ranges::find(options.plain_http, registry.host) != options.plain_http.end()) {
    transport.plain_http = net::PlainHttp::Allow;
  }
  return registry;
}

// The trust of a configuration file or of a Notation folder, and the registries to ask.
Checked<Setup> setup(const VerifyOptions& options, const Target& target, const Services& services,
                     const Console& console) {
  Setup setup;
  if (!options.config.empty()) {
    auto config = load_config(options.config, builtins(), services);
    if (!config) {
      return std::unexpected(std::move(config).error());
    }
    setup = std::move(config->setup);
    if (target.layout.empty()) {
      return setup;
    }
    setup.registries.clear();
  } else {
    const auto folder = options.notation_config.empty() ? notation_folder(console)
                                                        : fs::path(options.notation_config);
    auto home = read_notation_home(folder, target.image.repository(),
                                   {.max_signatures = options.max_signatures}, services.revocation);
    if (!home) {
      return std::unexpected(Problems{home.error().detail});
    }
    setup = std::move(*home);
  }
  auto registry = own_registry(options, target, console);
  if (!registry) {
    return std::unexpected(Problems{registry.error().detail});
  }
  setup.registries.push_back(std::move(*registry));
  return setup;
}

bool missed_a_store(const policy::Report& report) {
  return std::ranges::any_of(report.signatures, [](const policy::SignatureReport& signature) {
    return std::ranges::find(signature.checks, Reason::TrustStoreEmpty,
                             &policy::CheckReport::reason) != signature.checks.end();
  });
}

void warn_of_tag(const Judgement& judgement, Console& console) {
  if (!judgement.image.digest() && exit_of(judgement.report) == Exit::Yes) {
    console.err << "countersign: warning: a tag may name another image tomorrow; use the digest\n";
  }
}

}  // namespace

Exit verify(const VerifyOptions& options, Console& console) {
  auto target = app::target(options);
  if (!target) {
    return complain({target.error().detail}, console);
  }
  const CalendarAt clock(options.at);
  const auto logger = log::make_silent_logger();
  const auto revocation = admission::make_no_revocation();
  auto setup =
      app::setup(options, *target, {clock, *revocation, docker_config_file(console)}, console);
  if (!setup) {
    return complain(setup.error(), console);
  }
  const auto application = Application::create(std::move(*setup), clock, *logger);
  if (!application) {
    return complain({application.error().detail}, console);
  }
  const auto began = clock.tick();
  const auto deadline = Deadline::after(clock, limits::kCommandWait);
  (*application)->refresh_trust(deadline);
  auto report = (*application)->admitter().verify(target->image, options.metadata, deadline);
  if (const auto broken = (*application)->broken_stores(); !broken.empty()) {
    complain(broken, console);
    if (exit_of(report) != Exit::No || missed_a_store(*report)) {
      return Exit::Usage;
    }  // else the answer is no, whatever the store should have held
  }
  const Judgement judgement{options.reference, target->image, std::move(report),
                            clock.tick() - began};
  console.out << (options.output == Output::Json ? report_json(judgement) + "\n"
                                                 : report_text(judgement, console.colour));
  warn_of_tag(judgement, console);
  return exit_of(judgement.report);
}

}  // namespace countersign::app

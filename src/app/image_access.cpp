// SPDX-License-Identifier: Apache-2.0
#include "app/image_access.h"

#include <algorithm>
#include <ostream>
#include <utility>

#include "countersign/registry/docker_config.h"

#include "app/default_files.h"
#include "app/file.h"
#include "app/notation_home.h"
#include "app/report_parts.h"

namespace countersign::app {
namespace {

namespace fs = std::filesystem;

using Checked = std::expected<Setup, Problems>;
using Targets = std::span<const Target>;

Result<Target> target_in_layout(const ImageOptions& options);
Checked of_config(const ImageOptions& options, const Clock& clock, const Console& console);
Result<Setup> of_notation(const ImageOptions& options, Targets targets, Trust trust,
                          Console& console);
RegistrySetup layout_registry(const Target& target);
Result<std::vector<RegistrySetup>> own_registries(const ImageOptions& options, Targets targets,
                                                  const Console& console);
Result<RevocationSetup> own_revocation(const ImageOptions& options);

}  // namespace

Result<Target> find_target(const ImageOptions& options) {
  switch (options.source) {
    case Source::OciLayout:
      return target_in_layout(options);
    case Source::Registry:
      break;
  }
  TRY(auto image, oci::ImageRef::parse(options.reference));
  return Target{std::move(image), {}};
}

Checked image_setup(const ImageOptions& options, Targets targets, Trust trust, const Clock& clock,
                    Console& console) {
  const auto& first = targets.front();
  if (std::ranges::any_of(targets, [&first](const Target& other) {
        return other.layout != first.layout && other.image.registry() == first.image.registry();
      })) {
    return std::unexpected(Problems{"the images of one command must be in one layout folder"});
  }
  if (!options.config.empty()) {
    auto setup = of_config(options, clock, console);
    if (setup && !first.layout.empty()) {
      setup->registries.clear();
      setup->registries.push_back(layout_registry(first));
    }
    return setup;
  }
  auto setup = of_notation(options, targets, trust, console);
  if (!setup) {
    return std::unexpected(Problems{setup.error().detail});
  }
  return std::move(*setup);
}

void warn(const std::string& text, Console& console) {
  console.err << "countersign: warning: " << log::clean(text, limits::kLogField) << '\n';
}

Exit give_up(const Error& error, Console& console) {
  console.err << "countersign: "
              << log::clean(because(error.reason, error.detail), limits::kLogField) << '\n';
  return exit_of(error.reason) == Exit::Unknown ? Exit::Unknown : Exit::Usage;
}

namespace {

// DIR@DIGEST in a layout is what SCOPE@DIGEST is in a registry.
Result<Target> target_in_layout(const ImageOptions& options) {
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

Checked of_config(const ImageOptions& options, const Clock& clock, const Console& console) {
  auto config = load_config(options.config, builtins(),
                            {clock, docker_config_file(console), kubernetes_service(console),
                             azure_environment(console)});
  if (!config) {
    return std::unexpected(std::move(config).error());
  }
  return std::move(config->setup);
}

bool is_wanted(Trust trust, const ImageOptions& options, const fs::path& folder) {
  switch (trust) {
    case Trust::Needed:
      return true;
    case Trust::IfThere:
      return !options.notation_config.empty() || has_trust_policy(folder);
    case Trust::NotNeeded:
      break;
  }
  return false;
}

Result<Setup> of_notation(const ImageOptions& options, Targets targets, Trust trust,
                          Console& console) {
  const auto folder = options.notation_config.empty() ? notation_folder(console)
                                                      : fs::path(options.notation_config);
  Setup setup;
  if (is_wanted(trust, options, folder)) {
    std::vector<std::string> repositories;
    for (const auto& target : targets) {
      repositories.push_back(target.image.repository());
    }
    TRY(setup, read_notation_home(folder, repositories, {.max_signatures = options.max_signatures},
                                  [&console](const std::string& text) { warn(text, console); }));
  }
  TRY(setup.registries, own_registries(options, targets, console));
  TRY(setup.revocation, own_revocation(options));
  return setup;
}

// A file that was named must be there; the usual one may be missing.
Result<std::unique_ptr<CredentialSource>> credentials(const ImageOptions& options,
                                                      const Console& console) {
  fs::path file = options.docker_config;
  if (file.empty()) {
    file = docker_config_file(console);
    std::error_code ignored;
    if (!fs::exists(file, ignored)) {
      return one_for_all(registry::anonymous());
    }
  }
  TRY(const auto content, read_file(file, limits::kConfigBytes));
  auto provider = registry::parse_docker_config(content);
  if (!provider) {
    return fail(Reason::BadConfig, file.string() + ": " + provider.error().detail);
  }
  return one_for_all(std::move(*provider));
}

RegistrySetup layout_registry(const Target& target) {
  RegistrySetup registry;
  registry.host = target.image.registry();
  registry.where = target.layout.string();
  registry.layout = target.layout;
  return registry;
}

Result<RegistrySetup> own_registry(const ImageOptions& options, const Target& target,
                                   const Console& console) {
  if (!target.layout.empty()) {
    return layout_registry(target);
  }
  RegistrySetup registry;
  registry.host = target.image.registry();
  registry.where = registry.host;
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

Result<std::vector<RegistrySetup>> own_registries(const ImageOptions& options, Targets targets,
                                                  const Console& console) {
  std::vector<RegistrySetup> registries;
  for (const auto& target : targets) {
    if (std::ranges::find(registries, target.image.registry(), &RegistrySetup::host) ==
        registries.end()) {
      TRY(auto registry, own_registry(options, target, console));
      registries.push_back(std::move(registry));
    }
  }
  return registries;
}

// The client does without a folder that can't be used; but who names one means it.
Result<RevocationSetup> own_revocation(const ImageOptions& options) {
  RevocationSetup revocation;
  revocation.where = "revocation";
  revocation.transport.allowed = options.allowed;
  revocation.transport.overrides = options.resolve;
  revocation.settings.cache_folder = options.revocation_cache;
  std::error_code error;
  if (const auto& folder = revocation.settings.cache_folder; !folder.empty()) {
    fs::create_directories(folder, error);
  }
  if (error) {
    return fail(Reason::BadConfig,
                "--revocation-cache: " + options.revocation_cache + ": " + error.message());
  }
  return revocation;
}

}  // namespace
}  // namespace countersign::app

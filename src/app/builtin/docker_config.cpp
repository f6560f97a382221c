// SPDX-License-Identifier: Apache-2.0
// registries: {credentials: dockerConfig} or {credentials: {kind: dockerConfig, file: PATH}}
#include "countersign/registry/docker_config.h"

#include "countersign/base/limits.h"

#include "app/catalog.h"
#include "app/file.h"

namespace countersign::app::builtin {

std::unique_ptr<CredentialSource> docker_config(Section& section, const Services& services) {
  const auto file = section.path("file", services.docker_config);
  const auto content =
      section.understood("file", read_file(file, limits::kConfigBytes, Links::Follow));
  if (!content) {
    return nullptr;
  }
  auto provider = section.understood("file", registry::parse_docker_config(*content));
  return provider ? one_for_all(std::move(*provider)) : nullptr;
}

}  // namespace countersign::app::builtin

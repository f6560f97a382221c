// SPDX-License-Identifier: Apache-2.0
// registries: {credentials: dockerConfig} or {credentials: {kind: dockerConfig, file: PATH}}
#include "countersign/registry/docker_config.h"

#include "countersign/base/limits.h"

#include "app/catalog.h"
#include "app/file.h"

namespace countersign::app::builtin {

std::unique_ptr<registry::CredentialProvider> docker_config(Section& section,
                                                            const Services& services) {
  const auto file = section.path("file", services.docker_config);
  const auto content =
      section.understood("file", read_file(file, limits::kConfigBytes, Links::Follow));
  if (!content) {
    return nullptr;
  }
  return section.understood("file", registry::parse_docker_config(*content)).value_or(nullptr);
}

}  // namespace countersign::app::builtin

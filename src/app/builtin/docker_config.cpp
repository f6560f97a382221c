// SPDX-License-Identifier: Apache-2.0
// registries: {credentials: dockerConfig} or {credentials: {kind: dockerConfig, file: PATH}} or
// {credentials: {kind: dockerConfig, config: {auths: {...}}}}
#include "countersign/registry/docker_config.h"

#include "countersign/base/limits.h"

#include "app/catalog.h"
#include "app/file.h"
#include "app/yaml_json.h"

namespace countersign::app::builtin {
namespace {

std::unique_ptr<CredentialSource> read(Section& section, std::string_view key,
                                       std::string_view json) {
  auto provider = section.understood(key, registry::parse_docker_config(json));
  return provider ? one_for_all(std::move(*provider)) : nullptr;
}

std::unique_ptr<CredentialSource> read_inline(Section& section) {
  if (section.has("file")) {
    section.refuse("file", "beside config there is no file");
  }
  const Secret json(json_text(section.secret_json("config")));
  return read(section, "config", json.reveal());
}

}  // namespace

std::unique_ptr<CredentialSource> docker_config(Section& section, const Services& services) {
  if (section.has("config")) {
    return read_inline(section);
  }
  const auto file = section.path("file", services.docker_config);
  const auto content = section.content("file", file, limits::kConfigBytes);
  return content ? read(section, "file", *content) : nullptr;
}

}  // namespace countersign::app::builtin

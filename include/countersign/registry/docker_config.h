// SPDX-License-Identifier: Apache-2.0
// Credentials from a docker config.json.
#pragma once
#include <memory>
#include <string_view>

#include "countersign/registry/credential_provider.h"

namespace countersign::registry {

// `auth`, `username`/`password`, `identitytoken`, `registrytoken`. Helper programs are never run: a
// registry that has only a helper is an error (BadConfig) when it is asked for, and so is an entry
// that can't be read. Keys match by exact registry
// name (with or without https:// and /v1/, /v2/), Docker Hub under its historical key.
[[nodiscard]] Result<std::unique_ptr<CredentialProvider>> parse_docker_config(
    std::string_view json);

std::unique_ptr<CredentialProvider> anonymous();

}  // namespace countersign::registry

// SPDX-License-Identifier: Apache-2.0
// Credentials from a docker config.json.
#pragma once
#include <memory>
#include <string_view>

#include "countersign/registry/credential_provider.h"

namespace countersign::registry {

// `auth`, `username`/`password`, `identitytoken`, `registrytoken`, by the keys of a Keyring.
// Helper programs are never run: an image for which there is only a helper is an error (BadConfig)
// when it is asked for, and so is an entry that can't be read.
[[nodiscard]] Result<std::unique_ptr<CredentialProvider>> parse_docker_config(
    std::string_view json);

std::unique_ptr<CredentialProvider> anonymous();

}  // namespace countersign::registry

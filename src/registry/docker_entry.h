// SPDX-License-Identifier: Apache-2.0
// One entry of a docker configuration: what stands under a key of `auths`.
#pragma once
#include <optional>

#include "countersign/base/result.h"
#include "countersign/codec/json.h"
#include "countersign/registry/credential_provider.h"

namespace countersign::registry {

// nullopt: it names none. Reason::BadConfig: what it names can't be used. Of several forms in one
// entry `registrytoken` comes first, then `identitytoken`, `auth`, `username` with `password`.
[[nodiscard]] Result<std::optional<Credential>> read_docker_entry(const codec::Json& entry);

}  // namespace countersign::registry

// SPDX-License-Identifier: Apache-2.0
// The answer to GET /secrets/NAME/VERSION.
#pragma once
#include <string>

#include "azure/object_answer.h"
#include "azure/vault_resource.h"

namespace countersign::azure {

// `answer` loses the secret's text. KeyVaultUnavailable when it is no such answer, or about another
// object than the one asked for.
[[nodiscard]] Result<ObjectVersion> read_secret(std::string& answer, const Resource& asked,
                                                const Vault&);

}  // namespace countersign::azure

// SPDX-License-Identifier: Apache-2.0
// The answer to GET /certificates/NAME/VERSION: one certificate, never what stands above it.
#pragma once
#include <string_view>

#include "azure/object_answer.h"
#include "azure/vault_resource.h"

namespace countersign::azure {

// KeyVaultUnavailable when it is no such answer, or about another object than the one asked for.
[[nodiscard]] Result<ObjectVersion> read_certificate(std::string_view answer, const Resource& asked,
                                                     const Vault&);

}  // namespace countersign::azure

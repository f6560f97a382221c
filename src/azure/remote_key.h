// SPDX-License-Identifier: Apache-2.0
// What VaultSigner does, with any giver of tokens.
#pragma once
#include <string_view>

#include "countersign/azure/vault_key.h"

#include "azure/vault_client.h"

namespace countersign::azure {

// An empty version: the newest.
[[nodiscard]] Result<VaultKey> find_key(const VaultClient&, std::string_view name,
                                        std::string_view version, Deadline);
[[nodiscard]] Result<ByteVector> sign_remotely(const VaultClient&, const VaultKey&, Bytes message,
                                               Deadline);

}  // namespace countersign::azure

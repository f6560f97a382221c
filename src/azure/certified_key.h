// SPDX-License-Identifier: Apache-2.0
// A key of a vault by the certificates that vouch for it.
#pragma once
#include <string_view>

#include "countersign/azure/vault_key.h"

#include "azure/vault_client.h"

namespace countersign::azure {

struct CertifiedKeyWanted {
  KeyVaultSettings::Read read = KeyVaultSettings::Read::Secrets;
  std::string_view name;
  std::string_view version;  // empty: the newest
  Time now{};
};

[[nodiscard]] Result<CertifiedKey> find_certified(const VaultClient&, const CertifiedKeyWanted&,
                                                  Deadline);

}  // namespace countersign::azure

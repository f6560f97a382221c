// SPDX-License-Identifier: Apache-2.0
// Signing with a key that stays in Azure Key Vault. What it needs there: keys/sign, and secrets/get
// or certificates/get; never keys/get.
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "countersign/azure/vault_key.h"
#include "countersign/signing/signer.h"

#include "app/azure_access.h"

namespace countersign::app {

struct VaultKeyId {
  azure::Vault vault;
  std::string name;
  std::string version;  // in lower case; empty: the newest
};

// "https://kv.vault.azure.net/keys/signer/0123...", with "certificates" in place of "keys", without
// the version, or with a slash at the end; of a vault of this cloud. BadConfig.
[[nodiscard]] Result<VaultKeyId> parse_vault_key_id(std::string_view url, const azure::Cloud&);

struct VaultChain {  // where the certificates come from
  enum class From : std::uint8_t {
    Secret,  // secrets/get: the secret of that name has the whole chain, its key is not looked at
    Certificate,  // certificates/get: the certificate is self-signed
    File,         // certificates/get, and what stands above the certificate from `file`
  };
  From from = From::Secret;
  std::filesystem::path file = {};  // PEM, in any order; the certificate itself may be in it
};

// Signs with the version of the key that belongs to the certificate, whichever is the newest
// later. What the vault and its owner would have to mend is BadConfig, with what find_certified()
// and signing_chain() say; else what find_certified() says.
[[nodiscard]] Result<std::unique_ptr<signing::Signer>> vault_signer(const VaultKeyId&,
                                                                    const VaultChain&,
                                                                    azure::VaultSigner, Time now,
                                                                    Deadline);

// The same by the identity of that number; the access was started and is borrowed.
[[nodiscard]] Result<std::unique_ptr<signing::Signer>> vault_signer(std::string_view url,
                                                                    const VaultChain&, AzureAccess&,
                                                                    std::size_t identity, Deadline);

}  // namespace countersign::app

// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "countersign/azure/vault_key.h"

#include "azure/certified_key.h"
#include "azure/remote_key.h"

namespace countersign::azure {
namespace {

VaultClient client_of(const Vault& vault, const std::string& audience, TokenKeeper& keeper,
                      net::HttpTransport& http) {
  return {{vault, audience, KeyVaultSettings{}.api_version},
          [&keeper, audience](const Secret& refused, Deadline deadline) {
            return keeper.token(audience, refused, deadline);
          },
          http};
}

}  // namespace

VaultSigner::VaultSigner(Vault vault, std::string audience, TokenKeeper& keeper,
                         net::HttpTransport& http)
    : vault_(std::move(vault)), audience_(std::move(audience)), keeper_(keeper), http_(http) {}

Result<VaultKey> VaultSigner::find(std::string_view name, std::string_view version,
                                   Deadline deadline) const {
  return find_key(client_of(vault_, audience_, keeper_, http_), name, version, deadline);
}

Result<CertifiedKey> VaultSigner::find_certified(KeyVaultSettings::Read read, std::string_view name,
                                                 std::string_view version, Time now,
                                                 Deadline deadline) const {
  return azure::find_certified(client_of(vault_, audience_, keeper_, http_),
                               {.read = read, .name = name, .version = version, .now = now},
                               deadline);
}

Result<ByteVector> VaultSigner::sign(const VaultKey& key, Bytes message, Deadline deadline) const {
  return sign_remotely(client_of(vault_, audience_, keeper_, http_), key, message, deadline);
}

}  // namespace countersign::azure

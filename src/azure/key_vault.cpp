// SPDX-License-Identifier: Apache-2.0
#include "countersign/azure/key_vault.h"

#include <utility>

#include "azure/key_vault_source.h"

namespace countersign::azure {

std::unique_ptr<trust::CertificateSource> make_key_vault_source(KeyVaultSettings settings,
                                                                TokenKeeper& keeper,
                                                                net::HttpTransport& http,
                                                                const Clock& clock) {
  auto tokens = [&keeper, audience = settings.audience](const Secret& refused, Deadline deadline) {
    return keeper.token(audience, refused, deadline);
  };
  return std::make_unique<KeyVaultSource>(std::move(settings), std::move(tokens), http, clock);
}

}  // namespace countersign::azure

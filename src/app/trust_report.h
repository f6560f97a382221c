// SPDX-License-Identifier: Apache-2.0
// What is trusted, for those who operate it: as text and as metrics.
#pragma once
#include <string>
#include <vector>

#include "countersign/azure/token_keeper.h"
#include "countersign/server/metrics.h"
#include "countersign/trust/snapshot.h"

namespace countersign::app {

// Of each store its items, of each item what it holds, how old that is and what is wrong.
//   trust store ca:vault
//     signer: 1 certificate, looked at 12 s ago; version 01ab... is disabled
//       23cd... 5f3e...(thumbprint) "CN=signer" to 2027-01-01T00:00:00Z
std::string trust_text(const trust::Snapshot&, Time now);
// One line of an item, as above, without the certificates.
std::string item_text(const trust::Holding&, Time now);

struct TrustSeries {
  std::vector<server::Metrics::TrustStore> stores;
  std::vector<server::Metrics::TrustedCertificate> certificates;
};
TrustSeries trust_series(const trust::Snapshot&, Time now);

// "identity ...: token for https://vault.azure.net, 3599 s left", a line each.
std::string token_text(const azure::TokenKeeper&);
std::vector<server::Metrics::AzureToken> token_series(const azure::TokenKeeper&);

}  // namespace countersign::app

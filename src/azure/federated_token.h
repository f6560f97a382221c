// SPDX-License-Identifier: Apache-2.0
// The projected token of a Kubernetes service account, before it is sent.
#pragma once
#include <string_view>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"

namespace countersign::azure {

// A signed JWT by its form (RFC 7519): three parts in base64url with dots between them, at most
// limits::kFederatedTokenBytes. AzureIdentityRefused says what is wrong with it and quotes nothing;
// so it does for one that has expired, or is not valid yet by more than clocks may differ. Who
// signed it, for whom, is for Azure to judge.
[[nodiscard]] Result<void> check_federated_token(std::string_view token, Time now);

}  // namespace countersign::azure

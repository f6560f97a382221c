// SPDX-License-Identifier: Apache-2.0
// What a ServiceAccount says about pulling.
#pragma once
#include <string>
#include <vector>

#include "countersign/base/result.h"
#include "countersign/codec/json.h"

namespace countersign::cluster {

// The names of its imagePullSecrets. Reason::CredentialsUnavailable: it is not as Kubernetes would
// store it, or lists more than limits::kPullSecrets.
[[nodiscard]] Result<std::vector<std::string>> read_service_account(const codec::Json& account);

}  // namespace countersign::cluster

// SPDX-License-Identifier: Apache-2.0
// Would an API server accept our certificate? Asked before it has to find out.
#pragma once
#include <string>
#include <string_view>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"

namespace countersign::server {

// As a client that trusts `ca_bundle` (PEM) and expects `name` (DNS name or IP address) judges the
// PEM chain that a Front serves. Reason::BadConfig says what does not fit: "caBundle does not
// match", the name, the time. The private key is not looked at.
[[nodiscard]] Result<void> would_be_accepted(std::string_view chain, std::string_view ca_bundle,
                                             const std::string& name, Time now);

}  // namespace countersign::server

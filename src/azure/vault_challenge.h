// SPDX-License-Identifier: Apache-2.0
// The challenge of a vault's 401: Bearer authorization="https://login.microsoftonline.com/TENANT",
// resource="https://vault.azure.net". It is read to tell people what is wrong. Whom we are and what
// tokens are for is the configuration's business, whatever a challenge says.
#pragma once
#include <string>
#include <string_view>

#include "countersign/net/http_transport.h"

namespace countersign::azure {

struct VaultChallenge {
  std::string tenant;         // checked, for people; empty when there is none, or it is none
  std::string resource;       // what tokens are to be for, when that is not what ours are for
  bool disagrees = false;     // about what tokens are for; `resource` may be unfit to be shown
  bool wants_claims = false;  // of continuous access evaluation, which we do not speak
};

VaultChallenge read_challenge(const net::Response&, std::string_view audience);

// "; the vault belongs to tenant 1111...", or nothing.
std::string hint_of(const VaultChallenge&);

}  // namespace countersign::azure

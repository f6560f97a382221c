// SPDX-License-Identifier: Apache-2.0
// What a registry demands (RFC 9110, section 11.6.1): WWW-Authenticate may occur several times, and
// one value may hold several challenges.
//
// More lenient than the grammar: an unquoted value may hold any visible ASCII up to a comma, as
// some registries write their realm. A challenge that is malformed or names a parameter twice is
// left out, and what follows a malformed one in the same value too: where it ends is a guess.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "countersign/base/result.h"
#include "countersign/net/http_transport.h"

namespace countersign::net {

struct Challenge {
  std::string scheme;                                           // lower case
  std::string token68;                                          // instead of parameters
  std::vector<std::pair<std::string, std::string>> parameters;  // names in lower case

  const std::string* find(std::string_view lower_case_name) const;  // or null
};

// Of all WWW-Authenticate headers, in order. RegistryResponse beyond limits::kChallenges or
// kChallengeParameters.
[[nodiscard]] Result<std::vector<Challenge>> parse_challenges(const net::Response&);

}  // namespace countersign::net

// SPDX-License-Identifier: Apache-2.0
// Registry scopes of a trust policy: "registry.example:5000/team/app", or "*".
#pragma once
#include <string>
#include <string_view>

#include "countersign/base/result.h"

namespace countersign::notation {

inline constexpr std::string_view kWildcardScope = "*";

// The scope in canonical form. A fully qualified repository without scheme, tag and digest, by the
// grammar of the Notation CLI; nothing is left out and nothing is a pattern. Reason::BadConfig.
[[nodiscard]] Result<std::string> parse_scope(std::string_view text);

}  // namespace countersign::notation

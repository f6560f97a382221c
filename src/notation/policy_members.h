// SPDX-License-Identifier: Apache-2.0
// Reading the members of a trust policy document. Reason::BadConfig throughout.
#pragma once
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/result.h"
#include "countersign/codec/json.h"

namespace countersign::notation {

// Is it an object with no member but these? A typo must not change a meaning.
[[nodiscard]] Result<void> check_members(const codec::Json& json, std::string_view what,
                                         std::initializer_list<std::string_view> known);

// The strings of an array member; none when it is absent.
[[nodiscard]] Result<std::vector<std::string>> read_strings(const codec::Json& json,
                                                            std::string_view member);

}  // namespace countersign::notation

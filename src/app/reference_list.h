// SPDX-License-Identifier: Apache-2.0
// Many references in a file.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/result.h"

namespace countersign::app {

// One a line; white space around it, empty lines and what follows a "#" don't count. What they mean
// is not looked at. Reason::BadConfig: none, or more than limits::kReferencesAtOnce.
[[nodiscard]] Result<std::vector<std::string>> parse_reference_list(std::string_view text);

}  // namespace countersign::app

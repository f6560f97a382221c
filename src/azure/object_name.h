// SPDX-License-Identifier: Apache-2.0
// Names of objects in a vault. Key Vault takes them in any case and never has two that differ in
// case alone.
#pragma once
#include <string_view>

namespace countersign::azure {

bool same_name(std::string_view one, std::string_view other);

// Does a checked pattern (parse_object_pattern) match this name?
bool name_matches(std::string_view pattern, std::string_view name);

}  // namespace countersign::azure

// SPDX-License-Identifier: Apache-2.0
// Patterns for one label of a host, with the grammar of Go's filepath.Match, which the kubelet uses
// for the keys of credentials: `*`, `?`, `[a-c]`, `[^a-c]`, `\` before a character that is meant
// itself.
#pragma once
#include <string_view>

namespace countersign::registry {

// Time and memory grow with the product of both lengths at most. A pattern that breaks the grammar
// matches nothing.
bool label_matches(std::string_view pattern, std::string_view label);

}  // namespace countersign::registry

// SPDX-License-Identifier: Apache-2.0
// What stands in files and headers around a token.
#pragma once
#include <algorithm>
#include <string_view>

namespace countersign::azure {

// One word that can stand in a header: visible ASCII, not empty.
inline bool is_visible(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

// Without the white space, line ends above all, that editors leave around it.
inline std::string_view trimmed(std::string_view text) {
  static constexpr std::string_view kWhiteSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kWhiteSpace);
  return first == std::string_view::npos
             ? std::string_view()
             : text.substr(first, text.find_last_not_of(kWhiteSpace) - first + 1);
}

}  // namespace countersign::azure

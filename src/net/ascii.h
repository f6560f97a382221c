// SPDX-License-Identifier: Apache-2.0
// Host and header names are compared without case, and only ASCII has one here.
#pragma once
#include <algorithm>
#include <string>

namespace countersign::net {

inline std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

}  // namespace countersign::net

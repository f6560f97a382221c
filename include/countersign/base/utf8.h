// SPDX-License-Identifier: Apache-2.0
// UTF-8 as RFC 3629 section 4 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once
#include <cstddef>
#include <string_view>

namespace countersign {

struct Utf8Character {
  std::size_t length = 0;  // in bytes; 0 when the text does not begin with a valid character
  char32_t code = 0;
};

Utf8Character first_utf8_character(std::string_view text) noexcept;
bool is_utf8(std::string_view text) noexcept;

}  // namespace countersign

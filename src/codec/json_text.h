// SPDX-License-Identifier: Apache-2.0
// Which bytes stand for themselves in a JSON string.
#pragma once
#include <array>
#include <cstddef>
#include <string_view>

namespace countersign::codec {

// ASCII but for control characters, quotation mark and reverse solidus.
inline constexpr std::array<bool, 256> kPlainBytes = [] {
  std::array<bool, 256> plain{};
  for (std::size_t byte = 0x20; byte < 0x80; ++byte) {
    plain[byte] = byte != '"' && byte != '\\';
  }
  return plain;
}();

// How many of them the text begins with.
inline std::size_t plain_bytes(std::string_view text) {
  std::size_t count = 0;
  while (count < text.size() && kPlainBytes[static_cast<unsigned char>(text[count])]) {
    ++count;
  }
  return count;
}

}  // namespace countersign::codec

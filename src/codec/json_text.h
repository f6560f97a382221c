// SPDX-License-Identifier: Apache-2.0
// Which bytes stand for themselves in a JSON string.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
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

// Of eight bytes at once: false only when all are plain. A subtraction borrows from the next byte,
// so that one behind a byte that is not plain may be taken for such a one, too.
inline bool may_have_other_bytes(std::uint64_t eight) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHighest = 0x80 * kOnes;
  const auto below = [eight](std::uint64_t least) { return eight - least * kOnes; };
  const auto equal = [eight](std::uint64_t byte) { return (eight ^ (byte * kOnes)) - kOnes; };
  return ((eight | below(0x20) | equal('"') | equal('\\')) & kHighest) != 0;
}

// How many of them the text begins with.
inline std::size_t plain_bytes(std::string_view text) {
  std::size_t count = 0;
  for (std::uint64_t eight = 0; text.size() - count >= sizeof eight; count += sizeof eight) {
    std::memcpy(&eight, text.data() + count, sizeof eight);
    if (may_have_other_bytes(eight)) {
      break;
    }
  }
  while (count < text.size() && kPlainBytes[static_cast<unsigned char>(text[count])]) {
    ++count;
  }
  return count;
}

}  // namespace countersign::codec

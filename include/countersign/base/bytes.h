// SPDX-License-Identifier: Apache-2.0
// Raw bytes, borrowed and owned.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace countersign {

using Bytes = std::span<const std::uint8_t>;   // borrowed; stored only next to what owns the bytes
using ByteVector = std::vector<std::uint8_t>;  // owned

// The same memory under the other type; nothing is copied or converted.
inline Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace countersign

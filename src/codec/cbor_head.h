// SPDX-License-Identifier: Apache-2.0
// The head of a CBOR data item (RFC 8949, section 3).
#pragma once
#include <cstdint>

#include "countersign/base/bytes.h"

namespace countersign::codec {

enum class CborMajor : std::uint8_t {
  Unsigned = 0,
  Negative = 1,
  Bytes = 2,
  Text = 3,
  Array = 4,
  Map = 5,
  Tag = 6
};

// In its shortest form: an argument up to 23 is in the head's byte, else in the 1, 2, 4 or 8 bytes
// after it.
void append_cbor_head(ByteVector& out, CborMajor major, std::uint64_t argument);

}  // namespace countersign::codec

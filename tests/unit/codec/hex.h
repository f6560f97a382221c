// SPDX-License-Identifier: Apache-2.0
// CBOR in tests is written as hexadecimal text with spaces.
#pragma once
#include <string>
#include <string_view>

#include "countersign/codec/base64.h"

namespace countersign::codec {

inline ByteVector bytes_of(std::string_view hex) {
  std::string digits;
  for (const char character : hex) {
    if (character != ' ') {
      digits += character;
    }
  }
  return decode_hex(digits, Reason::Internal).value();
}

}  // namespace countersign::codec

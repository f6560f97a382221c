// SPDX-License-Identifier: Apache-2.0
#include "countersign/crypto/random.h"

#include <cstdlib>
#include <string_view>

#include <openssl/rand.h>

namespace countersign::crypto {

ByteVector random_bytes(std::size_t count) {
  ByteVector bytes(count);
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    std::abort();
  }
  return bytes;
}

std::string random_uuid() {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  ByteVector bytes = random_bytes(16);
  bytes[6] = (bytes[6] & 0x0FU) | 0x40U;  // version 4
  bytes[8] = (bytes[8] & 0x3FU) | 0x80U;  // the variant of RFC 9562
  std::string text;
  for (std::size_t index = 0; index < bytes.size(); ++index) {
    if (index == 4 || index == 6 || index == 8 || index == 10) {
      text += '-';
    }
    text += kDigits[bytes[index] >> 4U];
    text += kDigits[bytes[index] & 0x0FU];
  }
  return text;
}

}  // namespace countersign::crypto

// SPDX-License-Identifier: Apache-2.0
// Base64 (RFC 4648), strict: only the alphabet, no white space, exact padding, no stray bits.
#pragma once
#include <string>
#include <string_view>

#include "countersign/base/bytes.h"
#include "countersign/base/result.h"

namespace countersign::codec {

[[nodiscard]] Result<ByteVector> decode_base64(std::string_view text,
                                               Reason reason);  // section 4, padded
[[nodiscard]] Result<ByteVector> decode_base64url(std::string_view text,
                                                  Reason reason);  // section 5, unpadded
std::string encode_base64(Bytes bytes);
std::string encode_base64url(Bytes bytes);

// Lower-case hexadecimal.
std::string encode_hex(Bytes bytes);
[[nodiscard]] Result<ByteVector> decode_hex(std::string_view text,
                                            Reason reason);  // lower case only

}  // namespace countersign::codec

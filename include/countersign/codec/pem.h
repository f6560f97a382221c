// SPDX-License-Identifier: Apache-2.0
// PEM (RFC 7468) as certificate files and Key Vault secrets use it.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/bytes.h"
#include "countersign/base/result.h"

namespace countersign::codec {

struct PemBlock {
  std::string label;  // "CERTIFICATE"
  ByteVector content;
};

// Reads the blocks and ignores text between them, CR LF and white space inside the base64. A block
// that begins must end with the same label. Blocks whose label is not in `wanted` are an error when
// `others` says so; else they are skipped and their content is never decoded.
enum class OtherBlocks : std::uint8_t { Refuse, Skip };
[[nodiscard]] Result<std::vector<PemBlock>> parse_pem(std::string_view text,
                                                      std::string_view wanted, OtherBlocks others,
                                                      Reason reason);

bool looks_like_pem(std::string_view text);  // has a line that begins with -----BEGIN

}  // namespace countersign::codec

// SPDX-License-Identifier: Apache-2.0
// The text form of a distinguished name (RFC 4514 with `;` as a separator too), as types and values
// without meaning.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/result.h"

namespace countersign::x509 {

struct TextAttribute {
  std::string type;
  std::string value;  // escapes resolved, spaces around it gone
};

// "C=US, O=a\, b". Refused: values in hexadecimal BER ("=#", CVE-2023-25656), `+` between
// attributes, an empty value, an escape of anything but RFC 4514's characters or two hex digits, a
// value that is not text, and more than the limits allow.
[[nodiscard]] Result<std::vector<TextAttribute>> split_distinguished_name(std::string_view text,
                                                                          Reason reason);

}  // namespace countersign::x509

// SPDX-License-Identifier: Apache-2.0
// A Name in DER (RFC 5280, 4.1.2.4), attribute by attribute.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "countersign/base/bytes.h"

#include "x509/der.h"

namespace countersign::x509 {

struct DerAttribute {
  Bytes type;  // content of the object identifier
  Der value;
  bool begins_rdn = true;  // false: of the same relative distinguished name as the one before
};

// nullopt when it is no Name, or has a value of a kind that no attribute has, or one whose
// characters are broken. `name` must have passed is_der.
std::optional<std::vector<DerAttribute>> read_name(Bytes name);

// In UTF-8; nullopt when the value is no text.
std::optional<std::string> text_of(const Der& value);

// RFC 4514, last attribute first: "CN=Signer,O=Acme,C=US". For people only.
std::string display_name(Bytes name);

}  // namespace countersign::x509

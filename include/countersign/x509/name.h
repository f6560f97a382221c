// SPDX-License-Identifier: Apache-2.0
// Distinguished names: trusted identities (text) against certificate subjects (DER), attribute by
// attribute by object identifier. Trust policy specification, "Trusted identities constraints".
//
// A documented superset of the Notation CLI: it refuses every certificate whose subject has an
// attribute type that it can't name; here such an attribute only matters when the identity names
// it.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/bytes.h"
#include "countersign/base/result.h"

namespace countersign::x509 {

struct NameAttribute {
  std::string type;   // dotted object identifier
  std::string value;  // UTF-8, case and white space kept
  bool operator==(const NameAttribute&) const = default;
};

class Name {
 public:
  // An identity such as "C=US, ST=WA, O=acme": RFC 4514 with `;` as a separator too, types C, ST, S
  // (which is ST), L, O, OU, CN, STREET, DC, UID, SERIALNUMBER, POSTALCODE and dotted object
  // identifiers. Refused: `=#` (CVE-2023-25656), multi-valued RDNs, a type given twice, and an
  // identity without C, ST and O.
  [[nodiscard]] static Result<Name> parse_identity(std::string_view text, Reason reason);
  // A certificate's subject. Values become UTF-8; a value with NUL or invalid text is an error.
  [[nodiscard]] static Result<Name> parse_der(Bytes name, Reason reason);

  const std::vector<NameAttribute>& attributes() const { return attributes_; }

  // Does the subject have each attribute of this identity, with exactly this value? A type of the
  // identity that the subject has more than once never matches. "Mandatory C, ST and O" applies to
  // the subject as well.
  bool matches(const Name& subject) const;
  bool subset_of(const Name& other) const;  // identities that overlap are refused by the policy

 private:
  explicit Name(std::vector<NameAttribute> attributes) : attributes_(std::move(attributes)) {}
  std::vector<NameAttribute> attributes_;
};

}  // namespace countersign::x509

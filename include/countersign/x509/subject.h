// SPDX-License-Identifier: Apache-2.0
// The name of who is to be certified, as a person writes it.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "countersign/base/result.h"

namespace countersign::x509 {

class Subject {
 public:
  // "CN=signer, O=Acme, C=US": RFC 4514, so that the most particular stands first. Types: C, ST, S
  // (which is ST), L, O, OU, CN, STREET, DC, UID, SERIALNUMBER, POSTALCODE; of CN there is one at
  // most. `reason` for anything else, also for a value longer than X.520 allows.
  [[nodiscard]] static Result<Subject> parse(std::string_view text, Reason reason);
  // CN alone, taken as it is.
  [[nodiscard]] static Result<Subject> of_common_name(const std::string& name, Reason reason);

  const std::string& common_name() const { return common_name_; }  // empty: none
  // The same with another common name, which must not be longer than 64 characters.
  Subject with_common_name(const std::string& name) const;
  // Type, as a number of OpenSSL's (NID), and value in UTF-8; the most particular first.
  using Attribute = std::pair<int, std::string>;
  const std::vector<Attribute>& attributes() const { return attributes_; }

 private:
  explicit Subject(std::vector<Attribute> attributes);
  std::vector<Attribute> attributes_;
  std::string common_name_;
};

}  // namespace countersign::x509

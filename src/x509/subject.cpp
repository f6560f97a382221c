// SPDX-License-Identifier: Apache-2.0
#include "countersign/x509/subject.h"

#include <algorithm>
#include <array>
#include <optional>

#include "countersign/crypto/openssl_ptr.h"

#include "x509/distinguished_name.h"
#include "x509/subject_writer.h"

namespace countersign::x509 {
namespace {

// As name.cpp has them for identities; types are case-sensitive, as in Notation.
std::optional<int> type_of(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, int>, 12> kTypes{
      {{"C", NID_countryName},
       {"ST", NID_stateOrProvinceName},
       {"S", NID_stateOrProvinceName},
       {"L", NID_localityName},
       {"O", NID_organizationName},
       {"OU", NID_organizationalUnitName},
       {"CN", NID_commonName},
       {"STREET", NID_streetAddress},
       {"DC", NID_domainComponent},
       {"UID", NID_userId},
       {"SERIALNUMBER", NID_serialNumber},
       {"POSTALCODE", NID_postalCode}}};
  const auto* const found =
      std::ranges::find(kTypes, text, &std::pair<std::string_view, int>::first);
  return found == kTypes.end() ? std::nullopt : std::optional(found->second);
}

Result<Subject> checked(Subject subject, Reason reason) {
  const crypto::ErrorQueueGuard errors;
  if (std::ranges::count(subject.attributes(), NID_commonName, &Subject::Attribute::first) > 1) {
    return fail(reason, "the subject has more than one CN");
  }
  if (write_subject(subject) == nullptr) {
    return fail(reason,
                "the subject has a value that is empty or too long; C has two letters, CN 64 "
                "characters at most");
  }
  return subject;
}

}  // namespace

Subject::Subject(std::vector<Attribute> attributes) : attributes_(std::move(attributes)) {
  const auto found = std::ranges::find(attributes_, NID_commonName, &Attribute::first);
  common_name_ = found == attributes_.end() ? std::string() : found->second;
}

Result<Subject> Subject::parse(std::string_view text, Reason reason) {
  TRY(const auto pairs, split_distinguished_name(text, reason));
  std::vector<Attribute> attributes;
  for (const auto& pair : pairs) {
    const auto type = type_of(pair.type);
    if (!type) {
      return fail(reason, "the subject has an attribute of unknown type: " + pair.type);
    }
    attributes.emplace_back(*type, pair.value);
  }
  return checked(Subject(std::move(attributes)), reason);
}

Result<Subject> Subject::of_common_name(const std::string& name, Reason reason) {
  return checked(Subject({{NID_commonName, name}}), reason);
}

Subject Subject::with_common_name(const std::string& name) const {
  auto attributes = attributes_;
  std::erase_if(attributes, [](const Attribute& each) { return each.first == NID_commonName; });
  attributes.insert(attributes.begin(), {NID_commonName, name});
  return Subject(std::move(attributes));
}

// RFC 4514, 2.1: the text begins with the last element of the sequence.
crypto::X509NamePtr write_subject(const Subject& subject) {
  crypto::X509NamePtr name(X509_NAME_new());
  const auto add = [&name](const Subject::Attribute& each) {
    const auto& [type, value] = each;
    return !value.empty() &&
           X509_NAME_add_entry_by_NID(name.get(), type, MBSTRING_UTF8,
                                      reinterpret_cast<const unsigned char*>(value.data()),
                                      static_cast<int>(value.size()), 0,
                                      0) == 1;  // 0: in front of the others
  };
  const bool written = name != nullptr && !subject.attributes().empty() &&
                       std::ranges::all_of(subject.attributes(), add);
  return written ? std::move(name) : nullptr;
}

}  // namespace countersign::x509

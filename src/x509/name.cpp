// SPDX-License-Identifier: Apache-2.0
#include "countersign/x509/name.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/crypto/openssl_ptr.h"

#include "x509/der.h"
#include "x509/distinguished_name.h"
#include "x509/name_reader.h"

namespace countersign::x509 {
namespace {

constexpr std::string_view kCountry = "2.5.4.6";
constexpr std::string_view kState = "2.5.4.8";
constexpr std::string_view kOrganization = "2.5.4.10";

std::optional<std::string> type_of(std::string_view text);
bool has_mandatory(const std::vector<NameAttribute>& attributes);
bool repeats_a_type(const std::vector<NameAttribute>& attributes);
Result<NameAttribute> read_attribute(const DerAttribute& attribute, Reason reason);

}  // namespace

Result<Name> Name::parse_identity(std::string_view text, Reason reason) {
  TRY(const auto pairs, split_distinguished_name(text, reason));
  std::vector<NameAttribute> attributes;
  for (const TextAttribute& pair : pairs) {
    auto type = type_of(pair.type);
    if (!type) {
      return fail(reason, "identity has an unknown attribute type: " + pair.type);
    }
    attributes.push_back({*std::move(type), pair.value});
  }
  if (repeats_a_type(attributes)) {
    return fail(reason, "identity has an attribute type twice");
  }
  if (!has_mandatory(attributes)) {
    return fail(reason, "identity must have C, ST and O");
  }
  return Name(std::move(attributes));
}

Result<Name> Name::parse_der(Bytes name, Reason reason) {
  if (name.size() > limits::kNameBytes || !is_der(name)) {
    return fail(reason, "name is malformed or larger than the limit");
  }
  const auto read = read_name(name);
  if (!read) {
    return fail(reason, "name is malformed");
  }
  if (read->size() > limits::kNameAttributes) {
    return fail(reason, "name has more attributes than the limit");
  }
  std::vector<NameAttribute> attributes;
  for (const DerAttribute& attribute : *read) {
    TRY(auto readable, read_attribute(attribute, reason));
    attributes.push_back(std::move(readable));
  }
  return Name(std::move(attributes));
}

bool Name::matches(const Name& subject) const {
  return has_mandatory(subject.attributes_) &&
         std::ranges::all_of(attributes_, [&subject](const NameAttribute& wanted) {
           return std::ranges::count(subject.attributes_, wanted.type, &NameAttribute::type) == 1 &&
                  std::ranges::find(subject.attributes_, wanted) != subject.attributes_.end();
         });
}

bool Name::subset_of(const Name& other) const {
  return std::ranges::all_of(attributes_, [&other](const NameAttribute& attribute) {
    return std::ranges::find(other.attributes_, attribute) != other.attributes_.end();
  });
}

namespace {

bool is_object_identifier(std::string_view text) {
  const bool digits = text.find_first_not_of("0123456789.") == std::string_view::npos;
  return digits && text.size() < limits::kObjectIdentifierText && text.contains('.');
}

// Types are case-sensitive, as in Notation.
std::optional<std::string> type_of(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kTypes{{
      {"C", kCountry},
      {"ST", kState},
      {"S", kState},
      {"L", "2.5.4.7"},
      {"O", kOrganization},
      {"OU", "2.5.4.11"},
      {"CN", "2.5.4.3"},
      {"STREET", "2.5.4.9"},
      {"DC", "0.9.2342.19200300.100.1.25"},
      {"UID", "0.9.2342.19200300.100.1.1"},
      {"SERIALNUMBER", "2.5.4.5"},
      {"POSTALCODE", "2.5.4.17"},
  }};
  for (const auto& [short_name, type] : kTypes) {
    if (text == short_name) {
      return std::string(type);
    }
  }
  if (!is_object_identifier(text)) {
    return std::nullopt;
  }
  // Through OpenSSL and back, so that "2.5.4.06" does not become a type of its own.
  const crypto::ErrorQueueGuard errors;
  const crypto::ObjectPtr object(OBJ_txt2obj(std::string(text).c_str(), 1));
  return object == nullptr ? std::nullopt
                           : dotted(Bytes{OBJ_get0_data(object.get()), OBJ_length(object.get())});
}

bool has_mandatory(const std::vector<NameAttribute>& attributes) {
  return std::ranges::all_of(
      std::array{kCountry, kState, kOrganization}, [&attributes](std::string_view type) {
        return std::ranges::any_of(attributes, [type](const NameAttribute& attribute) {
          return attribute.type == type && !attribute.value.empty();
        });
      });
}

bool repeats_a_type(const std::vector<NameAttribute>& attributes) {
  return std::ranges::any_of(attributes, [&attributes](const NameAttribute& attribute) {
    return std::ranges::count(attributes, attribute.type, &NameAttribute::type) > 1;
  });
}

// PrintableString, IA5String and NumericString are ASCII, whatever bytes they hold.
bool is_ascii_where_it_must(const Der& value) {
  const bool ascii = value.tag == 0x13 || value.tag == 0x16 || value.tag == 0x12;
  return !ascii ||
         std::ranges::all_of(value.content, [](std::uint8_t byte) { return byte < 0x80; });
}

Result<NameAttribute> read_attribute(const DerAttribute& attribute, Reason reason) {
  auto type = dotted(attribute.type);
  if (!type || !is_ascii_where_it_must(attribute.value)) {
    return fail(reason, "name has a malformed attribute");
  }
  auto text = text_of(attribute.value);
  if (!text || text->contains('\0')) {
    return fail(reason, "name has an attribute that is not text");
  }
  return NameAttribute{*std::move(type), *std::move(text)};
}

}  // namespace
}  // namespace countersign::x509

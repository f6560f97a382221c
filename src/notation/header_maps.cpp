// SPDX-License-Identifier: Apache-2.0
#include "notation/header_maps.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "countersign/base/limits.h"
#include "countersign/notation/attribute_names.h"
#include "countersign/notation/labels.h"

namespace countersign::notation {
namespace {

using codec::Cbor;

enum class Tags : std::uint8_t { Refused, Allowed };

Result<void> check_map(const Cbor& map, Tags tags, const char* name);
Result<void> check_value(const Cbor& value, Tags tags);
Result<void> check_places(const Cbor& protected_map, const Cbor& unprotected_map);
Result<void> check_key_parameters(const Cbor& protected_map, const Cbor& unprotected_map);
Result<void> check_countersignatures(const Cbor& map);
const Cbor* find_label(const Cbor& map, const Cbor& label);
std::string label_text(const Cbor& label);
bool is_signed_only(const Cbor& label);
bool is_label(const Cbor& item);
bool is_countersignature(const Cbor& item);
bool is_countersignature_list(const Cbor& item);

}  // namespace

Result<void> check_header_maps(const Cbor& protected_map, const Cbor& unprotected_map) {
  TRY_VOID(check_map(protected_map, Tags::Allowed, "protected"));
  TRY_VOID(check_map(unprotected_map, Tags::Refused, "unprotected"));
  TRY_VOID(check_places(protected_map, unprotected_map));
  TRY_VOID(check_key_parameters(protected_map, unprotected_map));
  TRY_VOID(check_countersignatures(protected_map));
  TRY_VOID(check_countersignatures(unprotected_map));
  return {};
}

namespace {

Result<void> check_map(const Cbor& map, Tags tags, const char* name) {
  if (map.kind() != Cbor::Kind::Map) {
    return fail(Reason::EnvelopeInvalid, std::string("the ") + name + " header is not a map");
  }
  if (map.entries().size() > limits::kHeaderAttributes) {
    return fail(Reason::EnvelopeInvalid, std::string("the ") + name + " header has more than " +
                                             std::to_string(limits::kHeaderAttributes) +
                                             " parameters");
  }
  return check_value(map, tags);
}

// Recursion ends at kCborDepth, which the reader has enforced.
Result<void> check_value(const Cbor& value, Tags tags) {
  if (const Cbor* content = value.tagged(); content != nullptr) {
    if (tags == Tags::Refused) {
      return fail(Reason::EnvelopeInvalid, "a tag in the unprotected header");
    }
    return check_value(*content, tags);
  }
  for (const Cbor& element : value.elements()) {
    TRY_VOID(check_value(element, tags));
  }
  for (const auto& [label, content] : value.entries()) {
    if (!is_label(label)) {
      return fail(Reason::EnvelopeInvalid, "a label that is neither an int64 nor text");
    }
    TRY_VOID(check_value(content, tags));
  }
  return {};
}

// RFC 9052, section 3: "Labels in each of the maps MUST be unique" and "Applications SHOULD verify
// that the same label does not occur in both the protected and unprotected header parameters".
Result<void> check_places(const Cbor& protected_map, const Cbor& unprotected_map) {
  for (const auto& [label, value] : unprotected_map.entries()) {
    if (find_label(protected_map, label) != nullptr) {
      return fail(Reason::EnvelopeInvalid, "header " + label_text(label) + " is in both maps");
    }
    if (is_signed_only(label)) {
      return fail(Reason::EnvelopeInvalid,
                  "header " + label_text(label) + " stands in the unprotected map");
    }
  }
  if (protected_map.find(label::kX5chain) != nullptr) {
    return fail(Reason::EnvelopeInvalid, "x5chain in the protected header is not supported");
  }
  return {};
}

// RFC 9052, 3.1: kid, IV and Partial IV are byte strings, and "The 'IV' and 'Partial IV' header
// parameters MUST NOT both be present in the same security layer".
Result<void> check_key_parameters(const Cbor& protected_map, const Cbor& unprotected_map) {
  const auto find = [&](std::int64_t label) {
    const Cbor* value = protected_map.find(label);
    return value != nullptr ? value : unprotected_map.find(label);
  };
  for (const auto label : {label::kKeyId, label::kIv, label::kPartialIv}) {
    if (const Cbor* value = find(label); value != nullptr && !value->byte_string()) {
      return fail(Reason::EnvelopeInvalid,
                  "header " + std::to_string(label) + " is not a byte string");
    }
  }
  if (find(label::kIv) != nullptr && find(label::kPartialIv) != nullptr) {
    return fail(Reason::EnvelopeInvalid, "both IV and Partial IV");
  }
  return {};
}

// Countersignatures are not evaluated; what claims to be one must have its form (RFC 9338).
Result<void> check_countersignatures(const Cbor& map) {
  for (const auto label : {label::kCountersignature, label::kCountersignatureV2}) {
    const Cbor* value = map.find(label);
    if (value != nullptr && !is_countersignature(*value) && !is_countersignature_list(*value)) {
      return fail(Reason::EnvelopeInvalid, "a malformed countersignature");
    }
  }
  for (const auto label : {label::kCountersignature0, label::kCountersignature0V2}) {
    const Cbor* value = map.find(label);
    if (value != nullptr && !value->byte_string()) {
      return fail(Reason::EnvelopeInvalid, "a malformed abbreviated countersignature");
    }
  }
  return {};
}

const Cbor* find_label(const Cbor& map, const Cbor& label) {
  if (const auto number = label.integer()) {
    return map.find(*number);
  }
  if (const auto text = label.text()) {
    return map.find(*text);
  }
  return nullptr;
}

std::string label_text(const Cbor& label) {
  if (const auto number = label.integer()) {
    return std::to_string(*number);
  }
  return label.text() ? "\"" + std::string(*label.text()) + "\"" : "(no label)";
}

bool is_signed_only(const Cbor& label) {
  constexpr std::array kNumbers{label::kAlgorithm, label::kCritical, label::kContentType};
  if (const auto number = label.integer()) {
    return std::ranges::find(kNumbers, *number) != kNumbers.end();
  }
  return label.text() && attribute::is_signed_only(*label.text());
}

bool is_label(const Cbor& item) { return item.integer().has_value() || item.text().has_value(); }

bool is_countersignature(const Cbor& item) {
  const auto parts = item.elements();
  return parts.size() == 3 && parts[0].byte_string() && parts[1].kind() == Cbor::Kind::Map &&
         parts[2].byte_string();
}

bool is_countersignature_list(const Cbor& item) {
  return !item.elements().empty() && std::ranges::all_of(item.elements(), is_countersignature);
}

}  // namespace
}  // namespace countersign::notation

// SPDX-License-Identifier: Apache-2.0
#include "notation/critical.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>

#include "notation/header_maps.h"
#include "notation/labels.h"

namespace countersign::notation {
namespace {

using codec::Cbor;

// Verification plugins are refused before `crit` is read, so they are not among these.
constexpr std::array kUnderstood{label::kSigningScheme, label::kSigningTime,
                                 label::kAuthenticSigningTime, label::kExpiry};

Result<std::span<const Cbor>> critical_labels(const Cbor& header);
Result<std::string_view> understood_label(const Cbor& header, const Cbor& element);

}  // namespace

Result<void> check_critical(const Cbor& protected_header,
                            std::span<const std::string_view> required) {
  TRY(const auto elements, critical_labels(protected_header));
  std::set<std::string_view> listed;
  for (const Cbor& element : elements) {
    TRY(const auto name, understood_label(protected_header, element));
    if (!listed.insert(name).second) {
      return fail(Reason::EnvelopeInvalid, "crit lists " + label_text(element) + " twice");
    }
  }
  for (const auto name : required) {
    if (!listed.contains(name)) {
      return fail(Reason::EnvelopeInvalid, "header " + std::string(name) + " is not critical");
    }
  }
  return {};
}

namespace {

Result<std::span<const Cbor>> critical_labels(const Cbor& header) {
  const Cbor* crit = header.find(label::kCritical);
  if (crit == nullptr || crit->elements().empty()) {
    return fail(Reason::EnvelopeInvalid, "crit is missing, empty or not an array");
  }
  return crit->elements();
}

// RFC 9052, 3.1: "Integer labels in the range of 0 to 7 SHOULD be omitted"; the Notary Project
// forbids 0 to 8. A critical attribute that can't be processed is a failure in both.
Result<std::string_view> understood_label(const Cbor& header, const Cbor& element) {
  const auto number = element.integer();
  if (!number && !element.text()) {
    return fail(Reason::EnvelopeInvalid, "an element of crit is neither an integer nor text");
  }
  if (number && *number >= 0 && *number <= label::kLastReserved) {
    return fail(Reason::EnvelopeInvalid, "crit must not list label " + label_text(element));
  }
  if (find_label(header, element) == nullptr) {
    return fail(Reason::EnvelopeInvalid, "critical header " + label_text(element) + " is missing");
  }
  if (number || std::ranges::find(kUnderstood, *element.text()) == kUnderstood.end()) {
    return fail(Reason::EnvelopeInvalid, "unsupported critical attribute " + label_text(element));
  }
  return *element.text();
}

}  // namespace
}  // namespace countersign::notation

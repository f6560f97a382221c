// SPDX-License-Identifier: Apache-2.0
#include "notation/cose_attributes.h"

#include <string_view>
#include <utility>

#include "countersign/notation/attribute_names.h"
#include "countersign/notation/labels.h"

#include "notation/attribute_text.h"
#include "notation/cose_time.h"
#include "notation/header_maps.h"

namespace countersign::notation {
namespace {

using codec::Cbor;

Result<std::string> read_text(const Cbor& value, std::string_view name);
Result<std::vector<std::string>> read_critical(const Cbor& value);
std::map<std::string, std::string> read_extended(const Cbor& header);
bool is_ours(const Cbor& label);

}  // namespace

Attributes read_attributes(const CoseContent& content) {
  const Cbor& header = content.header();
  const auto text = [&](std::string_view name) {
    return read_field(header.find(name), name, read_text);
  };
  const auto time = [&](std::string_view name) {
    return read_field(header.find(name), name, read_cose_time);
  };
  const Cbor* critical = header.find(label::kCritical);
  return {
      .content_type = read_field(header.find(label::kContentType), "content type", read_text),
      .critical = critical == nullptr ? std::nullopt : std::optional(read_critical(*critical)),
      .scheme = text(attribute::kSigningScheme),
      .signing_time = time(attribute::kSigningTime),
      .authentic_signing_time = read_field(header.find(attribute::kAuthenticSigningTime),
                                           attribute::kAuthenticSigningTime, read_whole_cose_time),
      .expiry = time(attribute::kExpiry),
      .plugin = text(attribute::kVerificationPlugin),
      .plugin_min_version = text(attribute::kPluginMinVersion),
      .extended = read_extended(header)};
}

namespace {

Result<std::string> read_text(const Cbor& value, std::string_view name) {
  const auto text = value.text();
  if (!text) {
    return fail(Reason::EnvelopeInvalid, "header " + std::string(name) + " is not text");
  }
  return std::string(*text);
}

// Signature envelope COSE specification: crit must not list the integer labels 0 to 8. Others are
// passed on by their digits, which name no attribute that we know.
Result<std::vector<std::string>> read_critical(const Cbor& value) {
  if (value.kind() != Cbor::Kind::Array) {
    return fail(Reason::EnvelopeInvalid, "crit is not an array");
  }
  std::vector<std::string> names;
  for (const Cbor& element : value.elements()) {
    const auto number = element.integer();
    if (!number && !element.text()) {
      return fail(Reason::EnvelopeInvalid, "an element of crit is neither an integer nor text");
    }
    if (number && *number >= 0 && *number <= label::kLastReserved) {
      return fail(Reason::EnvelopeInvalid, "crit must not list label " + std::to_string(*number));
    }
    names.push_back(number ? std::to_string(*number) : std::string(*element.text()));
  }
  return names;
}

std::map<std::string, std::string> read_extended(const Cbor& header) {
  std::map<std::string, std::string> extended;
  for (const auto& [label, value] : header.entries()) {
    if (!is_ours(label)) {
      const auto number = label.integer();
      extended.emplace(number ? std::to_string(*number) : std::string(label.text().value_or("")),
                       attribute_text(value));
    }
  }
  return extended;
}

bool is_ours(const Cbor& label) {
  if (const auto text = label.text()) {
    return attribute::is_signed_only(*text);
  }
  return label.integer() == label::kAlgorithm || label.integer() == label::kCritical ||
         label.integer() == label::kContentType;
}

}  // namespace
}  // namespace countersign::notation

// SPDX-License-Identifier: Apache-2.0
#include "notation/jws_attributes.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "countersign/notation/attribute_names.h"
#include "countersign/notation/jose_names.h"

#include "notation/attribute_text.h"
#include "notation/jws_time.h"

namespace countersign::notation {
namespace {

using codec::Json;

Result<std::string> read_text(const Json& value, std::string_view name);
Result<std::vector<std::string>> read_critical(const Json& value);
std::map<std::string, std::string> read_extended(const Json& header);

}  // namespace

Attributes read_attributes(const JwsContent& content) {
  const Json& header = content.header();
  const auto text = [&](std::string_view name) {
    return read_field(header.find(name), name, read_text);
  };
  const auto time = [&](std::string_view name) {
    return read_field(header.find(name), name, read_jws_time);
  };
  const Json* critical = header.find(jose::kCritical);
  return {
      .content_type = text(jose::kContentType),
      .critical = critical == nullptr ? std::nullopt : std::optional(read_critical(*critical)),
      .scheme = text(attribute::kSigningScheme),
      .signing_time = time(attribute::kSigningTime),
      .authentic_signing_time = read_field(header.find(attribute::kAuthenticSigningTime),
                                           attribute::kAuthenticSigningTime, read_whole_jws_time),
      .expiry = time(attribute::kExpiry),
      .plugin = text(attribute::kVerificationPlugin),
      .plugin_min_version = text(attribute::kPluginMinVersion),
      .extended = read_extended(header)};
}

namespace {

Result<std::string> read_text(const Json& value, std::string_view name) {
  if (value.string() == nullptr) {
    return fail(Reason::EnvelopeInvalid, "header " + std::string(name) + " is not a string");
  }
  return *value.string();
}

// RFC 7515, 4.1.11: crit must not list names that RFC 7515 defines. Nor may it list the signing
// time: the Notation CLI doesn't find it then, and we must not be more lenient.
Result<std::vector<std::string>> read_critical(const Json& value) {
  constexpr std::array kForbidden{jose::kAlgorithm, jose::kCritical, jose::kContentType,
                                  attribute::kSigningTime};
  if (!value.is_array()) {
    return fail(Reason::EnvelopeInvalid, "crit is not an array");
  }
  std::vector<std::string> names;
  for (const Json& element : value.elements()) {
    if (element.string() == nullptr) {
      return fail(Reason::EnvelopeInvalid, "an element of crit is not a string");
    }
    if (std::ranges::find(kForbidden, *element.string()) != kForbidden.end()) {
      return fail(Reason::EnvelopeInvalid, "crit must not list " + *element.string());
    }
    names.push_back(*element.string());
  }
  return names;
}

std::map<std::string, std::string> read_extended(const Json& header) {
  constexpr std::array kOurs{jose::kAlgorithm, jose::kCritical, jose::kContentType};
  std::map<std::string, std::string> extended;
  for (const auto& [name, value] : header.members()) {
    if (std::ranges::find(kOurs, name) == kOurs.end() && !attribute::is_signed_only(name)) {
      extended.emplace(name, attribute_text(value));
    }
  }
  return extended;
}

}  // namespace
}  // namespace countersign::notation

// SPDX-License-Identifier: Apache-2.0
#include "azure/jwt_times.h"

#include "countersign/base/limits.h"
#include "countersign/codec/base64.h"
#include "countersign/codec/json.h"

namespace countersign::azure {
namespace {

using codec::Json;

// "A JSON numeric value representing the number of seconds from 1970-01-01T00:00:00Z UTC", perhaps
// with a fraction (RFC 7519, section 2).
std::optional<Time> numeric_date(const Json* json) {
  static constexpr std::int64_t kLast = 253'402'300'799;  // the end of the year 9999
  if (json == nullptr) {
    return std::nullopt;
  }
  auto seconds = json->integer();
  if (const auto* real = std::get_if<double>(&json->value());
      real != nullptr && *real >= 0 && *real <= static_cast<double>(kLast)) {
    seconds = static_cast<std::int64_t>(*real);
  }
  if (!seconds || *seconds < 0 || *seconds > kLast) {
    return std::nullopt;
  }
  return Time(std::chrono::seconds(*seconds));
}

// "header.payload.signature" (RFC 7515, section 7.1). Empty: it is something else.
std::string_view payload_of(std::string_view token) {
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  if (token.size() > limits::kBearerTokenBytes || first == last) {
    return {};
  }
  const auto payload = token.substr(first + 1, last - first - 1);
  return payload.find('.') == std::string_view::npos ? payload : std::string_view();
}

}  // namespace

JwtTimes jwt_times(std::string_view token) {
  static constexpr auto kIgnored = Reason::RegistryResponse;  // nobody hears of it
  const auto bytes = codec::decode_base64url(payload_of(token), kIgnored);
  if (!bytes) {
    return {};
  }
  const auto claims = Json::parse(as_text(*bytes), {.bytes = limits::kBearerTokenBytes}, kIgnored);
  if (!claims) {
    return {};
  }
  return {.not_before = numeric_date(claims->find("nbf")),
          .expires = numeric_date(claims->find("exp"))};
}

}  // namespace countersign::azure

// SPDX-License-Identifier: Apache-2.0
#include "azure/token_reply.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>

#include "countersign/base/limits.h"
#include "countersign/codec/json.h"

#include "azure/text.h"

namespace countersign::azure {
namespace {

using codec::Json;
using std::chrono::seconds;

std::unexpected<Error> unusable(std::string detail) {
  return fail(Reason::AzureIdentityUnavailable, std::move(detail));
}

// A number, or a string that is one and nothing else.
std::optional<std::int64_t> whole_number(const Json* json) {
  if (json == nullptr) {
    return std::nullopt;
  }
  const auto* text = json->string();
  if (text == nullptr) {
    return json->integer();
  }
  std::int64_t number = 0;
  const char* const end = text->data() + text->size();
  const auto read = std::from_chars(text->data(), end, number);
  return read.ec == std::errc() && read.ptr == end ? std::optional(number) : std::nullopt;
}

bool is_bearer(const std::string* type) {
  static constexpr std::string_view kBearer = "bearer";
  return type != nullptr && std::ranges::equal(*type, kBearer, [](char given, char wanted) {
           return given == wanted || given == wanted - 'a' + 'A';
         });
}

std::optional<seconds> life_of(const Json& reply, Time now) {
  const auto stated = whole_number(reply.find("expires_in"));
  if (!stated || *stated <= 0 || *stated > limits::kAzureTokenLifeMost.count()) {
    return std::nullopt;
  }
  const auto end = whole_number(reply.find("expires_on"));
  const auto since = now.time_since_epoch().count();
  return seconds(end && *end > since ? std::min(*stated, *end - since) : *stated);
}

}  // namespace

Result<AccessToken> parse_token_reply(std::string_view body, Time now) {
  const auto reply =
      Json::parse(body, {.bytes = limits::kTokenBytes}, Reason::AzureIdentityUnavailable);
  if (!reply || !reply->is_object()) {  // the parser's words might quote
    return unusable("the token endpoint's answer is no JSON object");
  }
  if (!is_bearer(reply->find_string("token_type"))) {
    return unusable("the token endpoint's answer is not about a bearer token");
  }
  const auto* text = reply->find_string("access_token");
  if (text == nullptr || text->size() > limits::kBearerTokenBytes || !is_visible(*text)) {
    return unusable("the token endpoint answers no token that can be sent");
  }
  const auto life = life_of(*reply, now);
  if (!life) {
    return unusable("the token endpoint says no believable expires_in");
  }
  AccessToken token{.text = Secret(*text), .life = *life};
  const auto refresh = whole_number(reply->find("refresh_in"));
  if (refresh && *refresh > 0 && *refresh < life->count()) {
    token.refresh_in = seconds(*refresh);
  }
  return token;
}

}  // namespace countersign::azure

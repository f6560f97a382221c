// SPDX-License-Identifier: Apache-2.0
#include "azure/entra_error.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/codec/json.h"
#include "countersign/courier/retry_after.h"

namespace countersign::azure {
namespace {

using codec::Json;

struct Hint {
  std::uint32_t code;
  std::string_view text;
};

constexpr std::string_view kFederation =
    "no federated credential fits the token's issuer, audience (api://AzureADTokenExchange) and "
    "subject (system:serviceaccount:NAMESPACE:NAME); one that was just made takes minutes to "
    "spread";
constexpr std::string_view kTenant = "Azure does not know the tenant: check its id";
constexpr std::string_view kSecret = "the client secret is wrong or has expired: replace it";
constexpr std::string_view kMalformed =
    "the assertion is malformed: another file than the service account's token may be mounted";
constexpr std::string_view kAudience =
    "Azure does not know what the token is for: the cloud may be another one";
constexpr std::string_view kAccess =
    "a conditional access policy forbids it: ask who administers the tenant";

// https://learn.microsoft.com/entra/identity-platform/reference-error-codes
constexpr std::uint32_t kLoop = 50196;
constexpr std::array<Hint, 19> kHints{{
    {700016, "the tenant has no application of this client id: check both ids"},
    {90002, kTenant},
    {900023, kTenant},
    {7000215, kSecret},
    {7000222, kSecret},
    {700027, "Azure does not know the certificate that signed: upload it to the application"},
    {700024, "the assertion is not valid at this time: the clock is wrong or the token file stale"},
    {70021, kFederation},
    {700211, kFederation},
    {700212, kFederation},
    {700213, kFederation},
    {50027, kMalformed},
    {5002738, kMalformed},
    {70011, kAudience},
    {500011, kAudience},
    {53003, kAccess},
    {530003, kAccess},
    {kLoop, "Azure sees the same request too often"},
    {90033, "a passing trouble of Azure's"},
}};

std::string_view hint_of(std::uint32_t code) {
  const auto found = std::ranges::find(kHints, code, &Hint::code);
  return found == kHints.end() ? std::string_view() : found->text;
}

// "invalid_client" and its like.
bool is_error_name(std::string_view text) {
  static constexpr std::size_t kLongest = 48;  // OAuth's have up to 25, Microsoft's some more
  return !text.empty() && text.size() <= kLongest &&
         std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

bool is_guid(std::string_view text) {
  static constexpr std::string_view kForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  static constexpr std::string_view kHex = "0123456789abcdefABCDEF";
  return std::ranges::equal(text, kForm, [](char given, char wanted) {
    return wanted == '-' ? given == '-' : kHex.contains(given);
  });
}

std::string guid_in(const Json& reply, std::string_view name) {
  const auto* text = reply.find_string(name);
  return text != nullptr && is_guid(*text) ? *text : std::string();
}

// The first of `error_codes`; the metadata service has it in the description only.
std::optional<std::uint32_t> code_in(const Json& reply, std::string_view description) {
  static constexpr std::string_view kPrefix = "AADSTS";
  std::uint32_t code = 0;
  const auto* codes = reply.find("error_codes");
  if (codes != nullptr && !codes->elements().empty()) {
    const auto first = codes->elements().front().unsigned_integer();
    return first && std::in_range<std::uint32_t>(*first)
               ? std::optional(static_cast<std::uint32_t>(*first))
               : std::nullopt;
  }
  const auto place = description.find(kPrefix);
  if (place == std::string_view::npos) {
    return std::nullopt;
  }
  const auto digits = description.substr(place + kPrefix.size());
  return std::from_chars(digits.data(), digits.data() + digits.size(), code).ec == std::errc()
             ? std::optional(code)
             : std::nullopt;
}

bool is_passing(const ErrorReply& reply) {  // RFC 6749, section 4.1.2.1
  static constexpr std::uint32_t kTransient = 90033;
  return reply.error == "temporarily_unavailable" || reply.error == "server_error" ||
         reply.code == kTransient;
}

Reason reason_of(int status, const std::optional<ErrorReply>& reply) {
  const bool no = status == 400 || status == 401 || status == 403;
  return no && reply && !is_passing(*reply) ? Reason::AzureIdentityRefused
                                            : Reason::AzureIdentityUnavailable;
}

std::string describe(const ErrorReply& reply) {
  std::string text = reply.error.empty() ? std::string() : " " + reply.error;
  if (reply.code) {
    text += " AADSTS" + std::to_string(*reply.code);
    const auto hint = hint_of(*reply.code);
    text += hint.empty() ? std::string() : ": " + std::string(hint);
  }
  if (!reply.correlation_id.empty()) {
    text += "; correlation id " + reply.correlation_id;
  }
  if (!reply.trace_id.empty()) {
    text += "; trace id " + reply.trace_id;
  }
  return text;
}

}  // namespace

std::optional<ErrorReply> parse_error_reply(std::string_view body) {
  const auto json = Json::parse(body, {.bytes = limits::kRegistryErrorBytes}, Reason::Internal);
  if (!json || !json->is_object()) {
    return std::nullopt;
  }
  ErrorReply reply;
  const auto* error = json->find_string("error");
  reply.error = error != nullptr && is_error_name(*error) ? *error : std::string();
  const auto* description = json->find_string("error_description");
  reply.description = description != nullptr ? *description : std::string();
  reply.code = code_in(*json, reply.description);
  reply.correlation_id = guid_in(*json, "correlation_id");
  reply.trace_id = guid_in(*json, "trace_id");
  return reply.error.empty() && !reply.code ? std::nullopt : std::optional(std::move(reply));
}

Refusal read_entra_error(const net::Response& response, Time now) {
  const auto reply = parse_error_reply(response.body);
  Refusal refusal;
  refusal.error.reason = reason_of(response.status, reply);
  refusal.error.detail = "Microsoft Entra answers " + std::to_string(response.status) +
                         (reply ? describe(*reply) : std::string());
  refusal.pause = retry_after_of(response, now);
  if (reply && reply->code == kLoop) {  // we are the loop
    refusal.pause = limits::kAzureRetryPauseMost;
  }
  return refusal;
}

std::optional<std::chrono::seconds> retry_after_of(const net::Response& response, Time now) {
  const auto wish = courier::retry_after_of(response, now);
  return wish ? std::optional(std::chrono::ceil<std::chrono::seconds>(*wish)) : std::nullopt;
}

}  // namespace countersign::azure

// SPDX-License-Identifier: Apache-2.0
#include "azure/refresh_token.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/codec/json.h"
#include "countersign/oci/image_ref.h"
#include "countersign/registry/status.h"

#include "azure/jwt_times.h"
#include "azure/text.h"

namespace countersign::azure {
namespace {

using std::chrono::seconds;

net::Request request_for(const ExchangePlace& place, const Secret& azure_token) {
  net::Request request;
  request.method = net::Method::Post;
  request.url = place.url.text();
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                     {"Accept", "application/json"}};
  request.body = "grant_type=access_token&service=" + net::percent_encode(place.service);
  if (!place.tenant.empty()) {
    request.body += "&tenant=" + net::percent_encode(place.tenant);
  }
  request.body += "&access_token=" + net::percent_encode(azure_token.reveal());
  request.max_response = limits::kTokenBytes;
  request.kind = "token";
  request.answer = net::Request::Answer::Secret;
  return request;
}

Result<net::Response> post(const ExchangePlace& place, const Secret& azure_token,
                           net::HttpTransport& http, Deadline deadline) {
  auto request = request_for(place, azure_token);
  auto response = http.send(request, deadline);
  wipe(request.body);
  return response;
}

// What an operator can do about it; registries say little, and nothing of it is quoted but a code.
std::string_view hint(int status, std::string_view code) {
  switch (status) {
    case 400:
      return ": it does not take the token of our identity; are tenant and cloud right?";
    case 401:
      return ": our identity needs the role AcrPull on this registry, or Container Registry "
             "Repository Reader where roles are assigned by repository (ABAC)";
    case 403:
      return code == "DENIED" ? ": its network rules (firewall, private endpoint) do not let us in"
                              : ": neither its network rules nor our identity's roles (AcrPull, or "
                                "Container Registry Repository Reader) may be right";
    case 404:
    case 405:
      return ": this host has no token exchange: is it a login server?";
    default:  // of all integers
      return {};
  }
}

Error refusal(const net::Response& response, const std::string& host) {
  const auto code = registry::error_code(response);
  const auto advice = hint(response.status, code);
  if (advice.empty()) {  // throttled, down, or an answer that makes no sense, a redirect among them
    return registry::status_error(response, host);
  }
  auto detail = host + " answers " + std::to_string(response.status);
  detail += (code.empty() ? "" : " " + code) + " to the token exchange" + std::string(advice);
  return {Reason::RegistryAuth, std::move(detail)};
}

seconds life_of(const Secret& token, Time now) {
  const auto times = jwt_times(token.reveal());
  if (!times.expires) {
    return limits::kAcrTokenLife;
  }
  auto life = *times.expires - now;
  if (times.not_before) {  // both by the registry's clock
    life = std::min(life, *times.expires - *times.not_before);
  }
  return life > seconds::zero() ? std::min(life, limits::kAcrTokenLifeMost) : limits::kAcrTokenLife;
}

bool may_be_sent(std::string_view token) {
  return token.size() <= limits::kBearerTokenBytes && is_visible(token);
}

Result<RefreshToken> read(std::string_view body, Time now) {
  TRY(const auto reply,
      codec::Json::parse(body, {.bytes = limits::kTokenBytes}, Reason::RegistryResponse));
  const auto* const text = reply.find_string("refresh_token");
  if (text == nullptr || !may_be_sent(*text)) {
    return fail(Reason::RegistryResponse, "a token exchange answers no refresh token");
  }
  Secret token(*text);
  const auto life = life_of(token, now);
  return RefreshToken{std::move(token), life};
}

}  // namespace

Result<ExchangePlace> ExchangePlace::of(const RegistryAccess& access) {
  const auto& host = access.login_server;
  TRY(const auto image, oci::ImageRef::parse(host + "/any"));
  if (image.registry() != host || image.wire_host() != host) {
    return fail(Reason::Internal, "a login server that is not the name of a registry");
  }
  TRY(auto url, net::Url::parse("https://" + host + "/oauth2/exchange", Reason::Internal));
  return ExchangePlace{host, std::move(url), access.tenant};
}

Result<RefreshToken> ask_refresh_token(const ExchangePlace& place, const ExchangeMeans& means,
                                       Deadline deadline) {
  TRY(const auto token, means.giver(Secret(), deadline));
  TRY(auto answer, post(place, token, means.http, deadline));
  if (answer.status == 401) {  // perhaps it was revoked, or a role came after it was issued
    TRY(const auto other, means.giver(token, deadline));
    if (other.reveal() != token.reveal()) {
      TRY(answer, post(place, other, means.http, deadline));
    }
  }
  if (answer.status != 200) {
    return std::unexpected(refusal(answer, place.url.host()));
  }
  auto refresh_token = read(answer.body, means.clock.now());
  wipe(answer.body);
  return refresh_token;
}

}  // namespace countersign::azure

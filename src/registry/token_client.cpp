// SPDX-License-Identifier: Apache-2.0
#include "registry/token_client.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/codec/base64.h"
#include "countersign/codec/json.h"
#include "countersign/codec/rfc3339.h"
#include "countersign/registry/status.h"

namespace countersign::registry {
namespace {

using codec::Json;
using std::chrono::seconds;

constexpr std::string_view kClient = "countersign";  // OAuth 2 wants a client_id

net::Request refresh_request(const TokenQuestion& question, const Secret& refresh_token) {
  net::Request request;
  request.method = net::Method::Post;
  request.url = question.realm.text();
  request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
  request.body = "grant_type=refresh_token&service=" + net::percent_encode(question.service) +
                 "&client_id=" + std::string(kClient) +
                 "&scope=" + net::percent_encode(question.scope) +
                 "&refresh_token=" + net::percent_encode(refresh_token.reveal());
  return request;
}

Result<net::Request> query_request(const TokenQuestion& question, const Credential* credential) {
  const auto& realm = question.realm;
  net::Request request;
  request.url = realm.text();
  // A realm may have a query of its own, which is kept.
  request.url += realm.query().empty() ? (request.url.ends_with('?') ? "" : "?") : "&";
  request.url += "scope=" + net::percent_encode(question.scope);
  if (!question.service.empty()) {
    request.url += "&service=" + net::percent_encode(question.service);
  }
  if (credential != nullptr) {
    TRY(const auto basic, basic_authorization(*credential));
    request.headers.push_back({"Authorization", basic.reveal()});
  }
  return request;
}

Result<net::Request> request_for(const TokenQuestion& question, const Credential* credential) {
  if (credential != nullptr && credential->kind == Credential::Kind::RefreshToken) {
    return refresh_request(question, credential->secret);
  }
  return query_request(question, credential);
}

Error refusal(const net::Response& response, const std::string& host) {
  auto error = status_error(response, host);
  // 400 is ACR's answer to wrong credentials, 404 that of an endpoint that takes no refresh tokens.
  if (response.status == 400 || response.status == 404) {
    error.reason = Reason::RegistryAuth;
  }
  return error;
}

// Some servers write numbers as strings, or with a fraction.
std::optional<std::int64_t> lenient_integer(const Json* json) {
  if (json == nullptr) {
    return std::nullopt;
  }
  if (const auto integer = json->integer()) {
    return integer;
  }
  if (const auto* real = std::get_if<double>(&json->value())) {
    return *real >= 0 && *real <= 1e12 ? std::optional(static_cast<std::int64_t>(*real))
                                       : std::nullopt;
  }
  const auto* text = json->string();
  std::int64_t number = 0;
  if (text == nullptr ||
      std::from_chars(text->data(), text->data() + text->size(), number).ec != std::errc()) {
    return std::nullopt;
  }
  return number;
}

seconds life_of(const Json& reply, Time now) {
  const auto stated = lenient_integer(reply.find("expires_in")).value_or(0);
  const auto life = seconds(
      std::clamp<std::int64_t>(stated, limits::kTokenLife.count(), limits::kTokenLifeMost.count()));
  const auto* text = reply.find_string("issued_at");
  const auto issued = text != nullptr ? codec::parse_rfc3339(*text, Reason::RegistryResponse)
                                      : fail(Reason::RegistryResponse, "no issued_at");
  // A time in the future or long ago tells of a clock that is wrong, not of the token.
  const bool believable = issued && *issued <= now && now - *issued < life;
  return believable ? life - (now - *issued) : life;
}

bool may_be_sent(std::string_view token) {
  return !token.empty() && token.size() <= limits::kBearerTokenBytes &&
         std::ranges::all_of(token, [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

Result<Token> ask_token(const TokenQuestion& question, const Credential* credential,
                        net::HttpTransport& transport, const Clock& clock, Deadline deadline) {
  TRY(auto request, request_for(question, credential));
  request.headers.push_back({"Accept", "application/json"});
  request.max_response = limits::kTokenBytes;
  request.kind = "token";
  auto response = transport.send(request, deadline);
  wipe(request.body);
  for (auto& header : request.headers) {
    wipe(header.value);
  }
  if (!response) {
    return std::unexpected(std::move(response).error());
  }
  if (response->status != 200) {
    return std::unexpected(refusal(*response, question.realm.host()));
  }
  auto token = parse_token(response->body, clock.now());
  wipe(response->body);
  return token;
}

Result<Token> parse_token(std::string_view body, Time now) {
  TRY(const auto reply,
      Json::parse(body, {.bytes = limits::kTokenBytes}, Reason::RegistryResponse));
  const auto* token = reply.find_string("token");
  const auto* access = reply.find_string("access_token");
  if (token != nullptr && access != nullptr && *token != *access) {
    return fail(Reason::RegistryResponse, "a token endpoint answers two different tokens");
  }
  const auto* text = token != nullptr ? token : access;
  if (text == nullptr || !may_be_sent(*text)) {
    return fail(Reason::RegistryResponse, "a token endpoint answers no token that can be sent");
  }
  return Token{Secret(*text), life_of(reply, now)};
}

Result<Secret> basic_authorization(const Credential& credential) {
  if (credential.kind != Credential::Kind::Password) {
    return fail(Reason::RegistryAuth, "the registry wants a password, and there is only a token");
  }
  if (credential.user.find(':') != std::string::npos) {
    return fail(Reason::RegistryAuth, "a user name with a colon can't be sent");
  }
  std::string plain = credential.user + ":" + credential.secret.reveal();
  std::string encoded = codec::encode_base64(as_bytes(plain));
  wipe(plain);
  Secret authorization("Basic " + encoded);
  wipe(encoded);
  return authorization;
}

}  // namespace countersign::registry

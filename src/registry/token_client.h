// SPDX-License-Identifier: Apache-2.0
// Asking a token endpoint (distribution specification, "Token Authentication": GET; "OAuth 2": POST
// with a refresh token). Redirects of a token endpoint are not followed.
#pragma once
#include <chrono>
#include <string>
#include <string_view>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/base/secret.h"
#include "countersign/net/http_transport.h"
#include "countersign/net/url.h"
#include "countersign/registry/credential_provider.h"

namespace countersign::registry {

struct Token {
  Secret text;
  std::chrono::seconds life{};  // from now on, by our clock
};

struct TokenQuestion {
  net::Url realm;  // accepted (realm.h)
  std::string service;
  std::string scope;
};

// A null credential asks anonymously. RegistryAuth when the endpoint refuses, RegistryResponse when
// its answer can't be used.
[[nodiscard]] Result<Token> ask_token(const TokenQuestion&, const Credential*, net::HttpTransport&,
                                      const Clock&, Deadline);

// `token` or `access_token`; both must be equal. Life: `expires_in`, lenient about its form, at
// least limits::kTokenLife and at most kTokenLifeMost, shortened by a believable `issued_at`.
[[nodiscard]] Result<Token> parse_token(std::string_view body, Time now);

// "Basic ..." of a password. RegistryAuth for a user name with a colon, which Basic can't carry.
[[nodiscard]] Result<Secret> basic_authorization(const Credential&);

}  // namespace countersign::registry

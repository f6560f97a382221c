// SPDX-License-Identifier: Apache-2.0
// One exchange: an Azure token for a refresh token of one registry (Azure/acr, AAD-OAuth.md,
// "Calling POST /oauth2/exchange to get an ACR refresh token").
#pragma once
#include <chrono>
#include <string>

#include "countersign/azure/registry_credentials.h"
#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/base/secret.h"
#include "countersign/net/http_transport.h"
#include "countersign/net/url.h"

#include "azure/token_giver.h"

namespace countersign::azure {

// Made of what is configured, before any answer: nothing that a registry says moves it.
struct ExchangePlace {
  std::string service;  // the login server
  net::Url url;         // "https://<login server>/oauth2/exchange"
  std::string tenant;   // perhaps empty

  // Internal when the login server is anything but a registry's name.
  [[nodiscard]] static Result<ExchangePlace> of(const RegistryAccess&);
};

struct RefreshToken {
  Secret text;
  std::chrono::seconds life{};  // from now on
};

struct ExchangeMeans {  // borrowed
  const TokenGiver& giver;
  net::HttpTransport& http;
  const Clock& clock;
};

// The Azure token is asked for, sent, and after a 401 once more asked for and sent. Life: what the
// token says of itself (jwt_times.h), at most limits::kAcrTokenLifeMost; limits::kAcrTokenLife when
// it says nothing, or that it has ended or never began, which tells of clocks and not of the token.
[[nodiscard]] Result<RefreshToken> ask_refresh_token(const ExchangePlace&, const ExchangeMeans&,
                                                     Deadline);

}  // namespace countersign::azure

// SPDX-License-Identifier: Apache-2.0
// Microsoft Entra's token endpoint for an application: the client credentials grant (OAuth 2.0, RFC
// 6749, section 4.4).
#pragma once
#include <string>
#include <string_view>

#include "countersign/azure/identity.h"
#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/base/secret.h"
#include "countersign/net/http_transport.h"

#include "azure/token_exchange.h"

namespace countersign::azure {

class TokenEndpoint {  // thread-safe
 public:
  TokenEndpoint(Application application, net::HttpTransport& http, const Clock& clock);

  const std::string& url() const { return url_; }
  const Application& application() const { return application_; }

  // `proof`: the fields of the form that show who asks (below).
  Result<AccessToken> ask(std::string_view audience, const Secret& proof, Deadline deadline);
  Tick quiet_until() const { return exchange_.quiet_until(); }

 private:
  Application application_;
  std::string url_;
  TokenExchange exchange_;
};

// RFC 7523, section 2.2. A JWT needs no percent-encoding.
Secret assertion_proof(const Secret& jwt);
Secret secret_proof(const Secret& client_secret);

}  // namespace countersign::azure

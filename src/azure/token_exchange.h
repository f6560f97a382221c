// SPDX-License-Identifier: Apache-2.0
// One exchange with a token endpoint, Microsoft Entra's or the metadata service's.
#pragma once
#include <atomic>

#include "countersign/azure/identity.h"
#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/net/http_transport.h"

#include "azure/entra_error.h"

namespace countersign::azure {

class TokenExchange {  // thread-safe
 public:
  using ReadError = Refusal (*)(const net::Response&, Time now);  // of an answer other than 200

  TokenExchange(net::HttpTransport& http, const Clock& clock, ReadError read_error)
      : http_(http), clock_(clock), read_error_(read_error) {}

  // Sends it once, and wipes it and what came back. DeadlineExceeded, AzureIdentityUnavailable when
  // there was no answer or no good one, or what `read_error` makes of it.
  Result<AccessToken> send(net::Request request, Deadline deadline);

  Tick quiet_until() const { return Tick(Tick::duration(quiet_until_.load())); }

 private:
  Error note(Refusal refusal);

  net::HttpTransport& http_;
  const Clock& clock_;
  ReadError read_error_;
  std::atomic<Tick::rep> quiet_until_{};
};

}  // namespace countersign::azure

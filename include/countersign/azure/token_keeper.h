// SPDX-License-Identifier: Apache-2.0
// The tokens of one identity, by audience: asked for once however many want one, renewed before
// they end, kept while a renewal fails.
#pragma once
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/azure/identity.h"

namespace countersign::azure {

class TokenKeeper {  // thread-safe
 public:
  // `chance`: 0 to 1, evenly, from any thread; spreads renewals by a tenth.
  TokenKeeper(std::unique_ptr<Identity>, const Clock&, std::function<double()> chance);
  ~TokenKeeper();

  std::string_view description() const;

  // A token that is good for limits::kAzureTokenMargin more at least. While one is to be renewed
  // and still good, whoever is asked first renews it, for two seconds at most, and all others get
  // the old. Never `refused`, which may be empty: a service's 401 to a token that was kept costs
  // one request for a new one, and is AzureIdentityRefused when Azure gives the same again; for all
  // others the old one serves on. After a failure without a good token, the same error without
  // asking until the pause has passed: a second at first, doubled each time up to a minute
  // (limits::kAzureRetryPause...), or as long as Azure wants (Identity::quiet_until).
  // DeadlineExceeded when the time is up first; that is nobody else's failure.
  Result<Secret> token(std::string_view audience, const Secret& refused, Deadline);

  // Renews what is due, of the audiences that were asked for.
  void renew(Deadline);

  struct State {  // for metrics and status
    std::string audience;
    std::chrono::seconds left{};        // zero: there is no good token
    std::size_t requests = 0;           // to Azure, since the start
    std::size_t failures = 0;           // of these
    std::optional<Error> failure = {};  // of the last; nullopt: it went well
  };
  std::vector<State> states() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace countersign::azure

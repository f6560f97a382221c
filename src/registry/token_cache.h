// SPDX-License-Identifier: Apache-2.0
// Tokens by what they are good for, each asked for once however many callers want it.
#pragma once
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/base/secret.h"

#include "registry/token_client.h"

namespace countersign::registry {

class TokenCache {  // thread-safe
 public:
  explicit TokenCache(const Clock& clock) : clock_(clock) {}

  // The token of `key`: kept, or being fetched by another caller, or from `acquire`. Never the one
  // that was `refused`. Another caller's failure is shared, unless only its time was up. An
  // issuer's definite no (RegistryAuth) is kept for limits::kAbsenceLife, so that a wrong secret
  // does not hammer it; no other failure is.
  Result<Secret> get(const std::string& key, const Secret& refused, Deadline,
                     const std::function<Result<Token>()>& acquire);

 private:
  struct Entry {
    Result<Secret> outcome;
    Tick until;
  };
  struct Flight {
    std::optional<Result<Secret>> outcome;
  };

  std::optional<Result<Secret>> kept(const std::string& key, const Secret& refused);
  Result<Secret> land(const std::string& key, Flight&, Result<Token>);
  void keep(const std::string& key, Entry);

  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable landed_;
  std::map<std::string, Entry> entries_;
  std::map<std::string, std::shared_ptr<Flight>> flights_;
};

}  // namespace countersign::registry

// SPDX-License-Identifier: Apache-2.0
#include "revocation/failures.h"

namespace countersign::revocation {

std::optional<Error> Failures::find(const std::string& key, Tick now) {
  const std::lock_guard lock(mutex_);
  const auto* const failure = failures_.find(key);
  if (failure == nullptr) {
    return std::nullopt;
  }
  if (now >= failure->until) {
    failures_.erase(key);
    return std::nullopt;
  }
  return failure->error;
}

void Failures::remember(const std::string& key, const Error& error, Tick now) {
  const std::lock_guard lock(mutex_);
  failures_.put(key, {error, now + limits::kRevocationFailureLife});
}

}  // namespace countersign::revocation

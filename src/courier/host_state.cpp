// SPDX-License-Identifier: Apache-2.0
#include "courier/host_state.h"

#include <algorithm>

#include "countersign/base/limits.h"

namespace countersign::courier {
namespace {

Admission refusal(std::string detail) {
  return {.permit = Permit::None,
          .later = std::nullopt,
          .error = {Reason::RegistryUnavailable, std::move(detail)}};
}

}  // namespace

Admission HostState::ask(Tick now) {
  const std::lock_guard lock(mutex_);
  if (silence_.hopeless(now)) {
    return refusal(name_ + " answers nobody, and many wait for it");
  }
  if (!breaker_.lets_through(now)) {
    return refusal(name_ + " failed again and again and is left alone for a while");
  }
  if (now < quiet_until_) {
    return {.permit = Permit::None,
            .later = quiet_until_,
            .error = {Reason::RegistryThrottled, name_ + " wants no requests now"}};
  }
  silence_.began(now);
  return {.permit = breaker_.ask(now), .later = std::nullopt, .error = {}};
}

Breaker::Change HostState::conclude(Permit permit, const Outcome& outcome, Tick now) {
  const std::lock_guard lock(mutex_);
  silence_.ended();
  if (outcome.quiet_until) {
    quiet_until_ = std::max(quiet_until_, *outcome.quiet_until);
  }
  if (outcome.answered) {
    silence_.answered(now);
  }
  budget_.succeeded(outcome.successes);
  if (outcome.alive) {
    return breaker_.succeeded();
  }
  if (outcome.failed) {
    return breaker_.failed(permit, now);
  }
  breaker_.learned_nothing(permit, now);
  return {};
}

bool HostState::may_retry() {
  const std::lock_guard lock(mutex_);
  return budget_.take();
}

std::vector<std::string> HostState::news(std::vector<std::string> warnings) {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> unheard;
  for (auto& text : warnings) {
    if (heard_.size() == limits::kRegistryWarnings) {
      break;
    }
    if (std::ranges::find(heard_, text) == heard_.end()) {
      heard_.push_back(text);
      unheard.push_back(std::move(text));
    }
  }
  return unheard;
}

}  // namespace countersign::courier

// SPDX-License-Identifier: Apache-2.0
#include "countersign/admission/refresh_plan.h"

#include <algorithm>

#include "countersign/base/limits.h"

namespace countersign::admission {
namespace {

std::chrono::milliseconds spread(std::chrono::seconds pause, double chance) {
  const double factor = 1 + limits::kStoreJitter * (2 * chance - 1);
  return std::chrono::duration_cast<std::chrono::milliseconds>(pause * factor);
}

}  // namespace

std::chrono::milliseconds RefreshPlan::after_success(double chance) {
  failures_ = 0;
  return spread(interval_, chance);
}

std::chrono::milliseconds RefreshPlan::after_failure(double chance) {
  auto pause = limits::kStoreRetryPause;
  for (std::size_t i = 0; i < failures_ && pause < limits::kStoreRetryPauseMost; ++i) {
    pause *= 2;
  }
  ++failures_;
  return spread(std::min({pause, limits::kStoreRetryPauseMost, interval_}), chance);
}

}  // namespace countersign::admission

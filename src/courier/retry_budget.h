// SPDX-License-Identifier: Apache-2.0
// How many retries a host is worth: successes earn them, so that a storm of failures is answered by
// fewer requests, not more.
#pragma once
#include <algorithm>
#include <cstddef>

#include "countersign/base/limits.h"

namespace countersign::courier {

class RetryBudget {  // not thread-safe
 public:
  bool take() {
    if (earned_ < limits::kSuccessesPerRetry) {
      return false;
    }
    earned_ -= limits::kSuccessesPerRetry;
    return true;
  }
  void succeeded(std::size_t times) { earned_ = std::min(kMost, earned_ + times); }

 private:
  static constexpr std::size_t kMost = limits::kRetryBudget * limits::kSuccessesPerRetry;
  std::size_t earned_ = kMost;  // successes
};

}  // namespace countersign::courier

// SPDX-License-Identifier: Apache-2.0
// When a trust store is looked at again.
#pragma once
#include <chrono>
#include <cstddef>

namespace countersign::admission {

// After a load of everything: the store's interval, a tenth earlier or later, so that replicas
// spread. After one that failed, in whole or in part: a second, doubled for each failure in a row
// up to a minute, spread likewise, and never longer than the interval.
class RefreshPlan {
 public:
  explicit RefreshPlan(std::chrono::seconds interval) : interval_(interval) {}

  // `chance`: 0 to 1, evenly.
  std::chrono::milliseconds after_success(double chance);
  std::chrono::milliseconds after_failure(double chance);

 private:
  std::chrono::seconds interval_;
  std::size_t failures_ = 0;  // in a row
};

}  // namespace countersign::admission

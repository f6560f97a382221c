// SPDX-License-Identifier: Apache-2.0
// A clock that only a test moves.
#pragma once
#include <atomic>
#include <chrono>

#include "countersign/base/clock.h"

namespace countersign::test {

class FixedClock final : public Clock {
 public:
  explicit FixedClock(Time start = std::chrono::sys_days{std::chrono::year{2026} / 3 / 1})
      : start_(start) {}

  Time now() const override {
    return start_ + std::chrono::floor<std::chrono::seconds>(elapsed_.load());
  }
  Tick tick() const override { return Tick(std::chrono::hours(1)) + elapsed_.load(); }

  void advance(std::chrono::milliseconds by) { elapsed_ = elapsed_.load() + by; }

  Deadline in(std::chrono::milliseconds budget) const { return Deadline::after(*this, budget); }

 private:
  Time start_;
  std::atomic<std::chrono::milliseconds> elapsed_{};
};

}  // namespace countersign::test

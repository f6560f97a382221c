// SPDX-License-Identifier: Apache-2.0
// Patience that a test can watch: waiting moves the clock, chance is what the test says.
#pragma once
#include <chrono>
#include <vector>

#include "countersign/courier/courier.h"

#include "support/fixed_clock.h"

namespace countersign::test {

class Patience final : public courier::Patience {  // for one thread
 public:
  explicit Patience(FixedClock& clock, double chance = 1) : clock_(clock), chance_(chance) {}

  bool wait(std::chrono::milliseconds pause) override {
    if (!ended_) {
      waits_.push_back(pause);
      clock_.advance(pause);
    }
    return !ended_;
  }
  double chance() override { return chance_; }
  void end() override { ended_ = true; }

  const std::vector<std::chrono::milliseconds>& waits() const { return waits_; }

 private:
  FixedClock& clock_;
  double chance_;
  bool ended_ = false;
  std::vector<std::chrono::milliseconds> waits_;
};

}  // namespace countersign::test

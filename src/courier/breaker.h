// SPDX-License-Identifier: Apache-2.0
// A circuit breaker: after failures in a row nobody asks for a while, then one tries.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "countersign/base/clock.h"
#include "countersign/base/limits.h"
#include "countersign/courier/courier.h"

namespace countersign::courier {

enum class Permit : std::uint8_t {
  None,
  One,  // one exchange, to find out whether the host is back
  All
};

class Breaker {  // time is an argument; not thread-safe
 public:
  using Change = std::optional<Observer::Breaker>;

  bool lets_through(Tick now) const;  // what `ask` would do; takes nothing

  // Who is given One or All must say how it went, with what he was given.
  Permit ask(Tick now);
  Change succeeded();
  Change failed(Permit, Tick now);
  void learned_nothing(Permit, Tick now);  // the next one may try

 private:
  enum class State : std::uint8_t { Closed, Open, Trying };
  void open(Tick now);

  State state_ = State::Closed;
  std::size_t failures_ = 0;  // in a row
  std::chrono::seconds pause_ = limits::kBreakerPause;
  Tick until_{};
};

}  // namespace countersign::courier

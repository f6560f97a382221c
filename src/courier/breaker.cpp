// SPDX-License-Identifier: Apache-2.0
#include "courier/breaker.h"

#include <algorithm>

namespace countersign::courier {

bool Breaker::lets_through(Tick now) const {
  switch (state_) {
    case State::Closed:
      return true;
    case State::Open:
      return now >= until_;
    case State::Trying:
      return false;
  }
  return false;
}

Permit Breaker::ask(Tick now) {
  if (!lets_through(now)) {
    return Permit::None;
  }
  if (state_ == State::Closed) {
    return Permit::All;
  }
  state_ = State::Trying;
  return Permit::One;
}

// Whoever was answered, even if he began before the breaker opened, knows that the host is back.
Breaker::Change Breaker::succeeded() {
  const bool was_closed = state_ == State::Closed;
  *this = Breaker();
  return was_closed ? Change() : Observer::Breaker::Closed;
}

Breaker::Change Breaker::failed(Permit permit, Tick now) {
  switch (state_) {
    case State::Closed:
      if (++failures_ < limits::kBreakerFailures) {
        return {};
      }
      break;
    case State::Open:  // it began before
      return {};
    case State::Trying:
      if (permit != Permit::One) {
        return {};
      }
      pause_ = std::min(2 * pause_, limits::kBreakerPauseMost);
      break;
  }
  open(now);
  return Observer::Breaker::Open;
}

void Breaker::learned_nothing(Permit permit, Tick now) {
  if (permit == Permit::One && state_ == State::Trying) {
    state_ = State::Open;
    until_ = now;
  }
}

void Breaker::open(Tick now) {
  state_ = State::Open;
  until_ = now + pause_;
}

}  // namespace countersign::courier

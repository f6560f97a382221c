// SPDX-License-Identifier: Apache-2.0
// Time is an argument in the core and this interface in the shell; nothing else reads a clock.
#pragma once
#include <algorithm>
#include <chrono>

namespace countersign {

using Time =
    std::chrono::sys_time<std::chrono::seconds>;     // calendar time, UTC: certificates, expiry
using Tick = std::chrono::steady_clock::time_point;  // elapsed time: waits, ages of cache entries

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;   // what the calendar says; may jump
  virtual Tick tick() const = 0;  // never runs backwards
};

class SystemClock final : public Clock {
 public:
  Time now() const override {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  }
  Tick tick() const override { return std::chrono::steady_clock::now(); }
};

class Deadline {  // the moment by which an answer is due; passed down by value, never extended
 public:
  static Deadline at(Tick when) { return Deadline(when); }
  static Deadline after(const Clock& clock, std::chrono::milliseconds budget) {
    return Deadline(clock.tick() + budget);
  }
  // It has passed: only what is known counts. Nobody is asked, nobody is waited for, nothing is
  // begun or forgotten for it.
  static Deadline at_once() {
    Deadline deadline{Tick{}};
    deadline.waits_ = false;
    return deadline;
  }
  bool waits() const { return waits_; }

  // Never negative: zero means that the time is up.
  std::chrono::milliseconds remaining(const Clock& clock) const {
    const auto now = clock.tick();
    return at_ <= now ? std::chrono::milliseconds::zero()
                      : std::chrono::duration_cast<std::chrono::milliseconds>(at_ - now);
  }
  bool passed(const Clock& clock) const { return remaining(clock).count() == 0; }
  Deadline sooner(Deadline other) const {
    Deadline sooner(std::min(at_, other.at_), std::min(last_try_, other.last_try_));
    sooner.waits_ = waits_ && other.waits_;
    return sooner;
  }
  Tick when() const { return at_; }

  // The same, but what has failed is not tried again after `moment`: an error that is known is told
  // while there is somebody to hear it.
  Deadline trying_until(Tick moment) const {
    Deadline trying(at_, std::min(at_, moment));
    trying.waits_ = waits_;
    return trying;
  }
  Tick last_try() const { return last_try_; }

 private:
  explicit Deadline(Tick at) : Deadline(at, at) {}
  Deadline(Tick at, Tick last_try) : at_(at), last_try_(last_try) {}
  Tick at_;
  Tick last_try_;
  bool waits_ = true;
};

}  // namespace countersign

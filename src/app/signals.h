// SPDX-License-Identifier: Apache-2.0
// Signals, taken by one thread that waits for them and by no handler.
#pragma once
#include <chrono>
#include <csignal>
#include <cstdint>

#include "countersign/base/clock.h"

namespace countersign::app {

class Signals {  // from its construction on, in this thread and those that it starts
 public:
  Signals();
  ~Signals();  // as it was before
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  enum class Wish : std::uint8_t {
    Stop,     // SIGTERM
    StopNow,  // SIGINT: somebody waits at a terminal
    Reload,   // SIGHUP
  };
  Wish wait() const;
  // Until somebody wishes to stop, for so long at most; other wishes are dropped.
  void wait_for_stop(std::chrono::milliseconds longest, const Clock&) const;

 private:
  sigset_t awaited_{};
  sigset_t before_{};
};

}  // namespace countersign::app

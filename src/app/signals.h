// SPDX-License-Identifier: Apache-2.0
// Signals, taken by one thread that waits for them and by no handler.
#pragma once
#include <csignal>
#include <cstdint>

namespace countersign::app {

class Signals {  // from its construction on, in this thread and those that it starts
 public:
  Signals();
  ~Signals();  // as it was before
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  enum class Wish : std::uint8_t { Stop, Reload };
  Wish wait() const;  // SIGTERM and SIGINT; SIGHUP

 private:
  sigset_t awaited_{};
  sigset_t before_{};
};

}  // namespace countersign::app

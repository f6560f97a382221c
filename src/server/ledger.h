// SPDX-License-Identifier: Apache-2.0
// How many connections a listener has and had, and how many it may have.
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>

#include "countersign/server/front.h"

namespace countersign::server {

class Ledger {  // thread-safe
 public:
  struct Leave {
    void operator()(Ledger* ledger) const { ledger->leave(); }
  };
  using Seat = std::unique_ptr<Ledger, Leave>;  // counts as one open connection while it exists

  Seat enter(std::size_t most);  // null: too many are open
  void accepting(bool on);
  bool wait_empty(std::chrono::milliseconds longest);  // of connections, open or to come
  FrontCounters counters() const;

  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> handshake_failures{0};
  std::atomic<std::uint64_t> gone{0};

 private:
  void leave();

  mutable std::mutex mutex_;
  std::condition_variable empty_;
  bool accepting_ = false;
  std::size_t open_ = 0;
  std::uint64_t accepted_ = 0;
  std::uint64_t refused_ = 0;
};

}  // namespace countersign::server

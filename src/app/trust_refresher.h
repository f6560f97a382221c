// SPDX-License-Identifier: Apache-2.0
// Keeps trust stores that are fetched fresh: one thread a store, so that a vault that hangs delays
// no other, and no decision.
#pragma once
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "countersign/admission/trust_holder.h"
#include "countersign/base/clock.h"

namespace countersign::app {

class TrustRefresher {
 public:
  // Looks at each store that has a refresh interval, at once and then again and again. Holder and
  // clock are borrowed. `chance`: 0 to 1, evenly, from any thread.
  TrustRefresher(admission::TrustHolder&, const Clock&, std::function<double()> chance);
  ~TrustRefresher();  // stops, and waits for looks that have begun
  TrustRefresher(const TrustRefresher&) = delete;
  TrustRefresher& operator=(const TrustRefresher&) = delete;

  void look_now();  // at each store; returns at once
  // Waits until all of them were looked at since the last look_now(). False: `stop` came first, or
  // the time was up.
  bool await_looks(const std::stop_token& stop, std::chrono::milliseconds time);
  void stop();  // at once; a look that has begun goes on

 private:
  void run(std::size_t store, const std::stop_token&);

  admission::TrustHolder& holder_;
  const Clock& clock_;
  std::function<double()> chance_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::size_t wishes_ = 0;                    // times that somebody wanted a look now
  std::map<std::size_t, std::size_t> looks_;  // by store: the wishes before its last look began
  std::vector<std::jthread> threads_;         // the last: they use the others
};

}  // namespace countersign::app

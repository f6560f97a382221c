// SPDX-License-Identifier: Apache-2.0
// Ends things whose end has to wait for something, in a thread of its own: whoever lets go of one
// last does not wait.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>

namespace countersign::app {

class Sweeper {  // thread-safe
 public:
  Sweeper() : thread_([this](const std::stop_token& stop) { run(stop); }) {}
  ~Sweeper();  // ends what is left; nothing that it keeps is held by then
  Sweeper(const Sweeper&) = delete;
  Sweeper& operator=(const Sweeper&) = delete;

  // The same thing, shared; the sweeper outlives it.
  template <class Thing>
  std::shared_ptr<Thing> keep(std::unique_ptr<Thing> thing) {
    ++living_;
    return {thing.release(), [this](Thing* last) { take(std::unique_ptr<Thing>(last)); }};
  }
  // Things that are kept and have not ended.
  std::size_t living() const { return living_; }

 private:
  void take(std::shared_ptr<void> thing);
  void run(const std::stop_token&);

  std::atomic<std::size_t> living_ = 0;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<std::shared_ptr<void>> dropped_;
  std::jthread thread_;  // the last: it uses the others
};

}  // namespace countersign::app

// SPDX-License-Identifier: Apache-2.0
// Work that is done again and again in a thread of its own.
#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace countersign::app {

class Periodic {
 public:
  // First after one interval. `work` does not throw.
  Periodic(std::chrono::milliseconds interval, std::function<void()> work);
  ~Periodic() = default;  // stops, and waits for work that has begun
  Periodic(const Periodic&) = delete;
  Periodic& operator=(const Periodic&) = delete;

  void stop() { thread_.request_stop(); }  // at once; work that has begun goes on

 private:
  void run(const std::stop_token&);

  std::chrono::milliseconds interval_;
  std::function<void()> work_;
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::jthread thread_;  // the last: it uses the others
};

}  // namespace countersign::app

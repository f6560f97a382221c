// SPDX-License-Identifier: Apache-2.0
// Work that is done again and again in a thread of its own.
#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace countersign::app {

class Periodic {
 public:
  // Later: first after one interval. `work` does not throw.
  enum class First : std::uint8_t { Later, Now };
  Periodic(std::chrono::milliseconds interval, First first, std::function<void()> work);
  ~Periodic() = default;  // stops, and waits for work that has begun
  Periodic(const Periodic&) = delete;
  Periodic& operator=(const Periodic&) = delete;

  void stop() { thread_.request_stop(); }  // at once; work that has begun goes on

 private:
  void run(const std::stop_token&);

  std::chrono::milliseconds interval_;
  First first_;
  std::function<void()> work_;
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::jthread thread_;  // the last: it uses the others
};

}  // namespace countersign::app

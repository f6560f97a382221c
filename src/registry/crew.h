// SPDX-License-Identifier: Apache-2.0
// Threads that run looks at one registry: started when a look finds none idle, ended when there was
// nothing to do for a while.
#pragma once
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <thread>

#include "countersign/base/limits.h"

namespace countersign::registry {

class Crew {  // thread-safe
 public:
  struct Size {
    std::size_t threads = limits::kLooks;
    std::size_t waiting = limits::kLooksWaiting;
    std::chrono::milliseconds idle = limits::kLookThreadLife;
  };

  explicit Crew(Size size) : size_(size) {}
  ~Crew() { close(); }
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  // False: too many wait, no thread is to be had, or it is closed; the task was not taken. A task
  // does not throw.
  [[nodiscard]] bool run(std::function<void()> task);

  // Refuses what comes, runs what waits, and returns when the last thread has ended.
  void close();

  std::size_t threads() const;

 private:
  using Threads = std::list<std::jthread>;

  bool start();
  void work(Threads::iterator self);

  const Size size_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable gone_;
  std::deque<std::function<void()>> tasks_;
  Threads threads_;
  Threads ended_;         // to be joined by who ends next
  std::size_t idle_ = 0;  // threads that will take a task, newborn ones among them
  bool closed_ = false;
};

}  // namespace countersign::registry

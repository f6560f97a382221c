// SPDX-License-Identifier: Apache-2.0
// Threads for decisions: as many as there is work for, up to a limit. A worker that fans out runs
// parts itself, so a full pool can't deadlock.
#pragma once
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "countersign/base/limits.h"

namespace countersign::admission {

class WorkerPool {
 public:
  // A thread beyond limits::kWorkersKept ends when it had nothing to do for `life`.
  WorkerPool(std::size_t most_threads, std::size_t queue,
             std::chrono::milliseconds life = limits::kWorkerLife);
  ~WorkerPool();  // runs what is queued, then joins
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False when the queue is full; the task was not taken.
  [[nodiscard]] bool submit(std::function<void()> task);

  // Runs every part, on this thread and on idle workers, and returns when all have ended. Parts do
  // not throw.
  void run_all(std::vector<std::function<void()>> parts);

  std::size_t queued() const;
  std::size_t threads() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace countersign::admission

// SPDX-License-Identifier: Apache-2.0
// Threads for decisions. A worker that fans out runs parts itself, so a full pool can't deadlock.
#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace countersign::admission {

class WorkerPool {
 public:
  WorkerPool(std::size_t threads, std::size_t queue);
  ~WorkerPool();  // runs what is queued, then joins
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False when the queue is full; the task was not taken.
  [[nodiscard]] bool submit(std::function<void()> task);

  // Runs every part, on this thread and on idle workers, and returns when all have ended. Parts do
  // not throw.
  void run_all(std::vector<std::function<void()>> parts);

  std::size_t queued() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace countersign::admission

// SPDX-License-Identifier: Apache-2.0
#include "countersign/admission/worker_pool.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace countersign::admission {
namespace {

using Task = std::function<void()>;

class Batch {  // the parts of one run_all; whoever comes takes the next part that nobody has taken
 public:
  explicit Batch(std::vector<Task> parts) : parts_(std::move(parts)) {}

  void work() {
    for (std::size_t index = next_++; index < parts_.size(); index = next_++) {
      parts_[index]();
      const std::scoped_lock lock(mutex_);
      if (++ended_ == parts_.size()) {
        done_.notify_all();
      }
    }
  }

  void wait() {
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return ended_ == parts_.size(); });
  }

 private:
  std::vector<Task> parts_;
  std::atomic<std::size_t> next_ = 0;
  std::mutex mutex_;
  std::condition_variable done_;
  std::size_t ended_ = 0;
};

}  // namespace

struct WorkerPool::State {
  std::mutex mutex;
  std::condition_variable wake;
  std::deque<Task> tasks;    // at most `most`
  std::deque<Task> helpers;  // at most one a thread and run_all: what was begun is finished first
  std::size_t most = 0;
  bool stopping = false;
  std::vector<std::thread> threads;

  void work() {
    for (;;) {
      std::unique_lock lock(mutex);
      wake.wait(lock, [this] { return stopping || !helpers.empty() || !tasks.empty(); });
      auto& queue = helpers.empty() ? tasks : helpers;
      if (queue.empty()) {
        return;  // stopping, and nothing is left
      }
      const Task task = std::move(queue.front());
      queue.pop_front();
      lock.unlock();
      task();
    }
  }
};

WorkerPool::WorkerPool(std::size_t threads, std::size_t queue) : state_(std::make_shared<State>()) {
  state_->most = queue;
  for (std::size_t count = 0; count < std::max<std::size_t>(threads, 1); ++count) {
    state_->threads.emplace_back([state = state_.get()] { state->work(); });
  }
}

WorkerPool::~WorkerPool() {
  {
    const std::scoped_lock lock(state_->mutex);
    state_->stopping = true;
  }
  state_->wake.notify_all();
  for (auto& thread : state_->threads) {
    thread.join();
  }
}

bool WorkerPool::submit(Task task) {
  {
    const std::scoped_lock lock(state_->mutex);
    if (state_->stopping || state_->tasks.size() >= state_->most) {
      return false;
    }
    state_->tasks.push_back(std::move(task));
  }
  state_->wake.notify_one();
  return true;
}

void WorkerPool::run_all(std::vector<Task> parts) {
  if (parts.empty()) {
    return;
  }
  const std::size_t helpers = std::min(parts.size() - 1, state_->threads.size());
  // A helper that comes when everything is taken still needs the batch: it is shared.
  const auto batch = std::make_shared<Batch>(std::move(parts));
  {
    const std::scoped_lock lock(state_->mutex);
    for (std::size_t count = 0; count < helpers; ++count) {
      state_->helpers.emplace_back([batch] { batch->work(); });
    }
  }
  state_->wake.notify_all();
  batch->work();
  batch->wait();
}

std::size_t WorkerPool::queued() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->tasks.size();
}

}  // namespace countersign::admission

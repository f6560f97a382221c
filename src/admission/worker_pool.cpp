// SPDX-License-Identifier: Apache-2.0
#include "countersign/admission/worker_pool.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <list>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "admission/batch.h"

namespace countersign::admission {
namespace {

using Task = std::function<void()>;

}  // namespace

struct WorkerPool::State {
  struct Worker {
    std::condition_variable wake;
    bool called = false;
    std::thread thread;
  };
  using Workers = std::list<Worker>;

  mutable std::mutex mutex;
  std::deque<Task> tasks;    // at most `most_tasks`
  std::deque<Task> helpers;  // at most one a thread and run_all: what was begun is finished first
  std::size_t most_threads = 0;
  std::size_t most_tasks = 0;
  std::chrono::milliseconds life{};
  bool stopping = false;
  Workers workers;
  Workers ended;              // to be used again: a Worker stays where it is as long as the pool
  std::vector<Worker*> idle;  // the last one to come is called first, so that the first can end

  void work(Workers::iterator self);
  std::optional<Task> next_soon(std::unique_lock<std::mutex>&);
  static void wake(Worker* called);

  // The lock must be held.
  Worker* call_one();
  void start_one();
  std::optional<Task> next();
  bool wait_for_call(std::unique_lock<std::mutex>&, Worker& self);
};

WorkerPool::WorkerPool(std::size_t most_threads, std::size_t queue, std::chrono::milliseconds life)
    : state_(std::make_unique<State>()) {
  state_->most_threads = std::max<std::size_t>(most_threads, 1);
  state_->most_tasks = queue;
  state_->life = life;
}

WorkerPool::~WorkerPool() {
  {
    const std::scoped_lock lock(state_->mutex);
    state_->stopping = true;
    for (auto& worker : state_->workers) {
      worker.wake.notify_one();
    }
  }
  // Nobody changes the lists any more.
  for (auto* const workers : {&state_->workers, &state_->ended}) {
    for (auto& worker : *workers) {
      if (worker.thread.joinable()) {
        worker.thread.join();
      }
    }
  }
}

bool WorkerPool::submit(Task task) {
  State::Worker* called = nullptr;
  {
    const std::scoped_lock lock(state_->mutex);
    if (state_->stopping || state_->tasks.size() >= state_->most_tasks) {
      return false;
    }
    state_->tasks.push_back(std::move(task));
    called = state_->call_one();
    if (state_->workers.empty()) {  // not even the first thread was to be had
      state_->tasks.pop_back();
      return false;
    }
  }
  State::wake(called);
  return true;
}

void WorkerPool::run_all(std::vector<Task> parts) {
  if (parts.empty()) {
    return;
  }
  const std::size_t helpers = std::min(parts.size() - 1, state_->most_threads);
  // A helper that comes when everything is taken still needs the batch: it is shared.
  const auto batch = std::make_shared<Batch>(std::move(parts));
  for (std::size_t count = 0; count < helpers; ++count) {
    State::Worker* called = nullptr;
    {
      const std::scoped_lock lock(state_->mutex);
      state_->helpers.emplace_back([batch] { batch->work(); });
      called = state_->call_one();
    }
    State::wake(called);
  }
  batch->work();
  batch->wait();
}

std::size_t WorkerPool::queued() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->tasks.size();
}

std::size_t WorkerPool::threads() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->workers.size();
}

// For an item that was queued: an idle worker, which must be woken once the lock is free, or a new
// one, which needs no waking. When there is neither, all are busy, and who ends first takes it.
WorkerPool::State::Worker* WorkerPool::State::call_one() {
  if (idle.empty()) {
    start_one();
    return nullptr;
  }
  Worker* const worker = idle.back();
  idle.pop_back();
  worker->called = true;
  return worker;
}

void WorkerPool::State::wake(Worker* called) {
  if (called != nullptr) {
    called->wake.notify_one();
  }
}

void WorkerPool::State::start_one() {
  if (stopping || workers.size() >= most_threads) {
    return;
  }
  if (ended.empty()) {
    ended.emplace_back();
  }
  const auto self = ended.begin();
  if (self->thread.joinable()) {
    self->thread.join();  // it has left the lock for the last time
  }
  try {
    self->thread = std::thread([this, self] { work(self); });
  } catch (const std::system_error&) {
    return;  // no more threads to be had: those that run must do
  }
  workers.splice(workers.end(), ended, self);
}

void WorkerPool::State::work(Workers::iterator self) {
  std::unique_lock lock(mutex);
  for (;;) {
    if (auto task = next_soon(lock)) {
      lock.unlock();
      (*task)();
      task.reset();
      lock.lock();
    } else if (stopping) {
      return;
    } else if (!wait_for_call(lock, *self) && workers.size() > limits::kWorkersKept) {
      ended.splice(ended.end(), workers, self);
      return;
    }
  }
}

// As next(), but lets others run before it gives up: whoever queues the next item may be about to
// do so, and a worker that sleeps and is woken costs more than the rest of a warm decision's waits.
std::optional<Task> WorkerPool::State::next_soon(std::unique_lock<std::mutex>& lock) {
  if (auto task = next()) {
    return task;
  }
  lock.unlock();
  std::this_thread::yield();
  lock.lock();
  return next();
}

std::optional<Task> WorkerPool::State::next() {
  auto& queue = helpers.empty() ? tasks : helpers;
  if (queue.empty()) {
    return std::nullopt;
  }
  std::optional<Task> task = std::move(queue.front());
  queue.pop_front();
  return task;
}

// False when its life has passed without a call.
bool WorkerPool::State::wait_for_call(std::unique_lock<std::mutex>& lock, Worker& self) {
  idle.push_back(&self);
  if (self.wake.wait_for(lock, life, [&] { return stopping || self.called; })) {
    self.called = false;
    return true;
  }
  std::erase(idle, &self);
  return false;
}

}  // namespace countersign::admission

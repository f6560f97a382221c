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
    bool watches = false;  // instead of working
    std::thread thread;
  };
  using Workers = std::list<Worker>;

  mutable std::mutex mutex;
  std::deque<Task> tasks;    // at most `most_tasks`
  std::deque<Task> helpers;  // at most one a thread and run_all: what was begun is finished first
  std::size_t most_threads = 0;
  std::size_t most_tasks = 0;
  std::chrono::milliseconds life{};
  std::chrono::milliseconds patience{};
  bool stopping = false;
  Workers workers;
  Workers ended;              // to be used again: a Worker stays where it is as long as the pool
  std::vector<Worker*> idle;  // the last one to come is called first, so that the first can end
  std::size_t queued = 0;     // items of both queues, ever
  std::size_t taken = 0;
  bool watched = false;

  void work(Workers::iterator self);
  std::optional<Task> next_soon(std::unique_lock<std::mutex>&);
  static void wake(Worker* called);

  // The lock must be held.
  Worker* call_for_item();
  Worker* call_one();
  Worker* start_one();
  Worker* appoint_watch();
  void watch(std::unique_lock<std::mutex>&, Worker& self);
  bool can_wait() const;
  std::optional<Task> next();
  bool wait_for_call(std::unique_lock<std::mutex>&, Worker& self);
};

WorkerPool::WorkerPool(std::size_t most_threads, std::size_t queue, std::chrono::milliseconds life,
                       std::chrono::milliseconds patience)
    : state_(std::make_unique<State>()) {
  state_->most_threads = std::max<std::size_t>(most_threads, 1);
  state_->most_tasks = queue;
  state_->life = life;
  state_->patience = patience;
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
    called = state_->call_for_item();
    if (state_->workers.empty()) {  // not even the first thread was to be had
      state_->tasks.pop_back();
      --state_->queued;
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
      called = state_->call_for_item();
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

// To be woken once the lock is free, for an item that was queued; null when nobody need be, or none
// is left. A warm decision is short, so while some workers are busy one of them will soon take the
// item: to wake another for it costs more than the decision. But they may all wait for a registry,
// which is noticed by somebody who watches.
WorkerPool::State::Worker* WorkerPool::State::call_for_item() {
  ++queued;
  if (!can_wait()) {
    return call_one();
  }
  return watched ? nullptr : appoint_watch();
}

// A long queue is for those who find every thread busy.
bool WorkerPool::State::can_wait() const {
  static constexpr std::size_t kShareOfQueue = 4;
  const auto busy = workers.size() - idle.size() - (watched ? 1 : 0);
  return busy >= limits::kWorkersKept && tasks.size() <= most_tasks / kShareOfQueue;
}

// An idle worker or a new one, which needs no waking. When there is neither, all are busy, and who
// ends first takes what is queued.
WorkerPool::State::Worker* WorkerPool::State::call_one() {
  if (idle.empty()) {
    return start_one();
  }
  Worker* const worker = idle.back();
  idle.pop_back();
  worker->called = true;
  return worker;
}

WorkerPool::State::Worker* WorkerPool::State::appoint_watch() {
  auto* const worker = call_one();
  if (worker != nullptr) {
    worker->watches = watched = true;
  }
  return worker;
}

// Until nothing is queued any more, or something that was queued a while ago still is. Then each
// such item gets a worker, and this one is the first of them.
void WorkerPool::State::watch(std::unique_lock<std::mutex>& lock, Worker& self) {
  std::size_t late = 0;
  while (late == 0 && taken < queued && !stopping) {
    const auto known = queued;
    self.wake.wait_for(lock, patience, [this] { return stopping; });
    late = known - std::min(known, taken);
  }
  self.watches = watched = false;
  for (std::size_t other = 1; other < late; ++other) {
    wake(call_one());
  }
  if (taken + late < queued) {
    wake(appoint_watch());
  }
}

void WorkerPool::State::wake(Worker* called) {
  if (called != nullptr) {
    called->wake.notify_one();
  }
}

WorkerPool::State::Worker* WorkerPool::State::start_one() {
  if (stopping || workers.size() >= most_threads) {
    return nullptr;
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
    return nullptr;  // no more threads to be had: those that run must do
  }
  workers.splice(workers.end(), ended, self);
  return &*self;
}

void WorkerPool::State::work(Workers::iterator self) {
  std::unique_lock lock(mutex);
  for (;;) {
    if (self->watches) {
      watch(lock, *self);
    }
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
  ++taken;
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

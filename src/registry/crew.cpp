// SPDX-License-Identifier: Apache-2.0
#include "registry/crew.h"

#include <exception>
#include <utility>

namespace countersign::registry {

bool Crew::run(std::function<void()> task) {
  std::unique_lock lock(mutex_);
  const auto hands = idle_ + (size_.threads - threads_.size());
  if (closed_ || tasks_.size() >= hands + size_.waiting) {
    return false;
  }
  tasks_.push_back(std::move(task));
  const bool more = tasks_.size() > idle_ && threads_.size() < size_.threads;
  if (more && !start() && threads_.empty()) {
    tasks_.pop_back();
    return false;
  }
  lock.unlock();  // who is woken wants it next
  wake_.notify_one();
  return true;
}

bool Crew::start() {
  const auto self = threads_.emplace(threads_.begin());
  try {
    *self = std::jthread([this, self] { work(self); });
  } catch (const std::exception&) {  // the limit of the process or the machine
    threads_.erase(self);
    return false;
  }
  ++idle_;
  return true;
}

void Crew::work(Threads::iterator self) {
  Threads earlier;  // joined at the end, without the lock; they wait for nothing any more
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait_for(lock, size_.idle, [this] { return closed_ || !tasks_.empty(); });
    if (tasks_.empty()) {
      break;
    }
    auto task = std::move(tasks_.front());
    tasks_.pop_front();
    --idle_;
    lock.unlock();
    task();
    task = nullptr;  // what it holds ends before the next wait
    lock.lock();
    ++idle_;
  }
  --idle_;
  earlier.swap(ended_);
  ended_.splice(ended_.begin(), threads_, self);
  gone_.notify_all();
}

void Crew::close() {
  Threads last;
  std::unique_lock lock(mutex_);
  closed_ = true;
  wake_.notify_all();
  gone_.wait(lock, [this] { return threads_.empty(); });
  last.swap(ended_);
}

std::size_t Crew::threads() const {
  const std::scoped_lock lock(mutex_);
  return threads_.size();
}

}  // namespace countersign::registry

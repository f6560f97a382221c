// SPDX-License-Identifier: Apache-2.0
#include "app/sweeper.h"

#include <utility>

namespace countersign::app {

Sweeper::~Sweeper() {
  thread_.request_stop();
  thread_.join();
}

void Sweeper::take(std::shared_ptr<void> thing) {
  {
    const std::scoped_lock lock(mutex_);
    dropped_.push_back(std::move(thing));
  }
  wake_.notify_one();
}

// Whether it is to stop is looked at when nothing is left.
void Sweeper::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (wake_.wait(lock, stop, [this] { return !dropped_.empty(); })) {
    auto thing = std::move(dropped_.front());
    dropped_.pop_front();
    lock.unlock();
    thing.reset();
    --living_;
    lock.lock();
  }
}

}  // namespace countersign::app

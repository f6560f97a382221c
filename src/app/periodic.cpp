// SPDX-License-Identifier: Apache-2.0
#include "app/periodic.h"

#include <utility>

namespace countersign::app {

Periodic::Periodic(std::chrono::milliseconds interval, First first, std::function<void()> work)
    : interval_(interval),
      first_(first),
      work_(std::move(work)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void Periodic::run(const std::stop_token& stop) {
  switch (first_) {
    case First::Now:
      work_();
      break;
    case First::Later:
      break;
  }
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    // Nobody notifies but the token: this ends with the interval or with the wish to stop.
    stopped_.wait_for(lock, stop, interval_, [] { return false; });
    if (!stop.stop_requested()) {
      work_();
    }
  }
}

}  // namespace countersign::app

// SPDX-License-Identifier: Apache-2.0
#include "net/handle_pool.h"

#include <utility>

#include "countersign/base/limits.h"

namespace countersign::net {

EasyPtr HandlePool::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto handle = std::move(idle_.back());
      idle_.pop_back();
      return handle;
    }
  }
  return EasyPtr(curl_easy_init());
}

void HandlePool::put_back(EasyPtr handle) {
  if (!handle) {
    return;
  }
  curl_easy_reset(handle.get());
  const std::lock_guard lock(mutex_);
  if (idle_.size() < limits::kIdleHandles) {
    idle_.push_back(std::move(handle));
  }
}

std::size_t HandlePool::idle() const {
  const std::lock_guard lock(mutex_);
  return idle_.size();
}

}  // namespace countersign::net

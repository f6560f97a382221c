// SPDX-License-Identifier: Apache-2.0
// Parts that several threads do together: for worker_pool.cpp.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace countersign::admission {

class Batch {  // the parts of one run_all; whoever comes takes the next part that nobody has taken
 public:
  explicit Batch(std::vector<std::function<void()>> parts) : parts_(std::move(parts)) {}

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
  std::vector<std::function<void()>> parts_;
  std::atomic<std::size_t> next_ = 0;
  std::mutex mutex_;
  std::condition_variable done_;
  std::size_t ended_ = 0;
};

}  // namespace countersign::admission

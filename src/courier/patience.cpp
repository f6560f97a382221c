// SPDX-License-Identifier: Apache-2.0
#include <condition_variable>
#include <mutex>
#include <random>

#include "countersign/courier/courier.h"

namespace countersign::courier {
namespace {

class RealPatience final : public Patience {
 public:
  bool wait(std::chrono::milliseconds most) override {
    std::unique_lock lock(mutex_);
    return !woken_.wait_for(lock, most, [this] { return ended_; });
  }

  double chance() override {
    const std::lock_guard lock(mutex_);
    return std::uniform_real_distribution<double>()(engine_);
  }

  void end() override {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    woken_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable woken_;
  bool ended_ = false;
  std::minstd_rand engine_{std::random_device()()};  // spreads a crowd; nobody gains by guessing it
};

}  // namespace

std::unique_ptr<Patience> make_patience() { return std::make_unique<RealPatience>(); }

}  // namespace countersign::courier

// SPDX-License-Identifier: Apache-2.0
#include "app/trust_refresher.h"

#include <algorithm>
#include <utility>

#include "countersign/admission/refresh_plan.h"
#include "countersign/base/limits.h"

namespace countersign::app {

TrustRefresher::TrustRefresher(admission::TrustHolder& holder, const Clock& clock,
                               std::function<double()> chance)
    : holder_(holder), clock_(clock), chance_(std::move(chance)) {
  for (std::size_t store = 0; store < holder_.size(); ++store) {
    if (holder_.at(store).refresh) {
      looks_[store] = 0;
    }
  }
  for (std::size_t store = 0; store < holder_.size(); ++store) {
    if (holder_.at(store).refresh) {
      threads_.emplace_back([this, store](const std::stop_token& stop) { run(store, stop); });
    }
  }
}

TrustRefresher::~TrustRefresher() { stop(); }

void TrustRefresher::look_now() {
  const std::scoped_lock lock(mutex_);
  ++wishes_;
  changed_.notify_all();
}

bool TrustRefresher::await_looks(const std::stop_token& stop, std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  const auto wish = wishes_;
  return changed_.wait_for(lock, stop, time, [&] {
    return std::ranges::all_of(looks_, [wish](const auto& look) { return look.second >= wish; });
  });
}

void TrustRefresher::stop() {
  for (auto& thread : threads_) {
    thread.request_stop();
  }
}

void TrustRefresher::run(std::size_t store, const std::stop_token& stop) {
  admission::RefreshPlan plan(*holder_.at(store).refresh);
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    const auto seen = wishes_;
    lock.unlock();
    const bool complete = holder_.refresh(store, Deadline::after(clock_, limits::kTrustLoadWait));
    const auto pause = complete ? plan.after_success(chance_()) : plan.after_failure(chance_());
    lock.lock();
    looks_[store] = seen;
    changed_.notify_all();
    changed_.wait_for(lock, stop, pause, [&] { return wishes_ != seen; });
  }
}

}  // namespace countersign::app

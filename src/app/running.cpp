// SPDX-License-Identifier: Apache-2.0
#include "app/running.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace countersign::app {

Running::Running(std::unique_ptr<Application> first, const Clock& clock,
                 std::function<double()> chance)
    : clock_(clock), chance_(std::move(chance)) {
  now_.application = std::move(first);
  now_.refresher = refresher_for(*now_.application);
}

Running::~Running() { stop(); }

std::shared_ptr<TrustRefresher> Running::refresher_for(const Application& application) const {
  return std::make_shared<TrustRefresher>(application.trust_holder(), clock_, chance_);
}

Running::Shift Running::shift() const {
  const std::scoped_lock lock(mutex_);
  return now_;
}

std::shared_ptr<Application> Running::current() const { return shift().application; }

void Running::replace(std::unique_ptr<Application> next) {
  Shift shift{.application = std::move(next), .refresher = {}};
  const auto last = this->shift();
  shift.refresher = &shift.application->trust_holder() == &last.application->trust_holder()
                        ? last.refresher
                        : refresher_for(*shift.application);
  if (shift.refresher != last.refresher) {
    last.refresher->stop();
  }
  const std::scoped_lock lock(mutex_);
  former_.push_back(std::exchange(now_, std::move(shift)));
}

// A view is taken of the current one only, so one that is not in use never is again.
void Running::end_former() {
  std::vector<Shift> ended;
  const std::scoped_lock lock(mutex_);
  const auto used = [](const Shift& each) {
    return each.application.use_count() > 1 || each.application->in_use();
  };
  const auto first = std::ranges::partition(former_, used).begin();
  std::ranges::move(first, former_.end(), std::back_inserter(ended));
  former_.erase(first, former_.end());
}

void Running::look_at_stores_now() { shift().refresher->look_now(); }

bool Running::await_looks(const std::stop_token& stop, std::chrono::milliseconds time) {
  return shift().refresher->await_looks(stop, time);
}

void Running::stop() { shift().refresher->stop(); }

}  // namespace countersign::app

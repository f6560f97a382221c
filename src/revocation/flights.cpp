// SPDX-License-Identifier: Apache-2.0
#include "revocation/flights.h"

namespace countersign::revocation {

Flights::Seat::~Seat() {
  if (flights_ != nullptr) {
    flights_->land(key_);
  }
}

std::optional<Flights::Seat> Flights::take_off(const std::string& key) {
  Seat seat(*this, key);
  const std::lock_guard lock(mutex_);
  if (!under_way_.insert(key).second) {
    seat.flights_ = nullptr;
    return std::nullopt;
  }
  return seat;
}

void Flights::wait(const std::string& key, Deadline deadline) {
  std::unique_lock lock(mutex_);
  landed_.wait_for(lock, deadline.remaining(clock_), [&] { return !under_way_.contains(key); });
}

void Flights::land(const std::string& key) noexcept {
  const std::lock_guard lock(mutex_);
  under_way_.erase(key);
  landed_.notify_all();
}

}  // namespace countersign::revocation

// SPDX-License-Identifier: Apache-2.0
// Who is finding something out at this moment, so that nobody else does the same work.
//
// A flight carries nothing home: what was found is in a cache when it ends, and so is what went
// wrong with a source. Those who waited look there; when nothing is there, because whoever flew ran
// out of time or failed in himself, the next of them flies.
#pragma once
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>

#include "countersign/base/clock.h"

namespace countersign::revocation {

class Flights {  // thread-safe
 public:
  explicit Flights(const Clock& clock) : clock_(clock) {}
  Flights(const Flights&) = delete;
  Flights& operator=(const Flights&) = delete;

  class Seat {  // whoever leaves it, in whatever way, has landed
   public:
    Seat(Seat&& other) noexcept
        : flights_(std::exchange(other.flights_, nullptr)), key_(std::move(other.key_)) {}
    Seat& operator=(Seat&&) = delete;
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;
    ~Seat();

   private:
    friend class Flights;
    Seat(Flights& flights, std::string key) : flights_(&flights), key_(std::move(key)) {}
    Flights* flights_;
    std::string key_;
  };

  // nullopt: somebody is on his way. Who has a seat must look into the cache once more: the one
  // before him may have landed in between.
  [[nodiscard]] std::optional<Seat> take_off(const std::string& key);

  // Until nobody is on his way, or the deadline has passed. Only without a seat: whoever waited in
  // one could wait for himself.
  void wait(const std::string& key, Deadline deadline);

 private:
  void land(const std::string& key) noexcept;

  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable landed_;
  std::unordered_set<std::string> under_way_;
};

}  // namespace countersign::revocation

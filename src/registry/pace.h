// SPDX-License-Identifier: Apache-2.0
// No more lists of referrers than a registry grants: a token bucket, and a line of those who wait
// for it.
//
// A registry's own answer to too many is 429 for everybody who shares the identity, for up to a
// minute. Here the few who are too many wait, or hear at once that there is no time to.
#pragma once
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/base/limits.h"
#include "countersign/courier/courier.h"
#include "countersign/net/http_transport.h"

namespace countersign::registry {

class Bucket {  // time is an argument; not thread-safe
 public:
  // `per_minute`, at least one, flow in steadily; `burst` fit in, and it begins full.
  Bucket(std::size_t per_minute, std::size_t burst);

  // The moment from which `count` may be taken: they are the caller's then. nullopt: that is after
  // `latest`, and nothing was taken. Moments never run backwards, so who comes first goes first.
  std::optional<Tick> take(std::size_t count, Tick now, Tick latest);

 private:
  std::chrono::nanoseconds each_;  // between two
  std::chrono::nanoseconds burst_;
  Tick full_{};  // from this moment on, if nobody takes any more
};

class Pace {  // of one registry; thread-safe
 public:
  // `per_minute` 0: as many as are wanted. The clock is borrowed.
  Pace(std::size_t per_minute, std::unique_ptr<courier::Patience>, const Clock&);

  // Waits until `count` more may be asked for. RegistryThrottled at once when that is later than
  // the last moment at which an answer, or an error, still reaches the caller in his time;
  // Overloaded when close() ended the wait.
  Result<void> await(std::size_t count, Deadline);

  // Nobody waits any more. From any thread, any number of times.
  void close() { patience_->end(); }

 private:
  std::size_t per_minute_;
  std::unique_ptr<courier::Patience> patience_;
  const Clock& clock_;
  std::mutex mutex_;
  std::optional<Bucket> bucket_;
};

// Requests of kind "referrers" at that pace, every page of a list and every attempt of ours; all
// others as they come. What a courier behind it sends again is not counted.
class PacedTransport final : public net::HttpTransport {
 public:
  // Both borrowed.
  PacedTransport(net::HttpTransport& transport, Pace& pace) : transport_(transport), pace_(pace) {}

  // A batch goes together, when all of it may; requests that have no time for that get their error,
  // and the others of the batch go without them.
  std::vector<Result<net::Response>> send_all(std::span<const net::Request>, Deadline) override;
  void close() override;  // the transport behind it, too

 private:
  net::HttpTransport& transport_;
  Pace& pace_;
};

}  // namespace countersign::registry

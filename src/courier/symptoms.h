// SPDX-License-Identifier: Apache-2.0
// What the end of an exchange says about its host.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>

#include "countersign/base/clock.h"
#include "countersign/net/http_transport.h"

namespace countersign::courier {

enum class Health : std::uint8_t { Unknown, Failed, Alive };
enum class Attempt : std::uint8_t { Final, WorthAnother };

struct Symptoms {
  Health health = Health::Unknown;
  Attempt attempt = Attempt::Final;
  std::optional<std::chrono::milliseconds> retry_after;  // as a 429 or 503 demands
};

struct Waited {
  std::chrono::nanoseconds allowed{};
  std::chrono::nanoseconds took{};
};

// `now` is for dates in Retry-After (retry_after.h).
Symptoms symptoms_of(const Result<net::Response>&, Waited, Time now);

}  // namespace countersign::courier

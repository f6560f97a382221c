// SPDX-License-Identifier: Apache-2.0
// What the end of an exchange says about its host.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>

#include "countersign/base/clock.h"
#include "countersign/net/http_transport.h"

namespace countersign::registry {

enum class Health : std::uint8_t { Unknown, Failed, Alive };
enum class Attempt : std::uint8_t { Final, WorthAnother };

struct Symptoms {
  Health health = Health::Unknown;
  Attempt attempt = Attempt::Final;
  std::optional<std::chrono::seconds> retry_after;  // as a 429 or 503 demands
};

struct Waited {
  std::chrono::nanoseconds allowed{};
  std::chrono::nanoseconds took{};
};

// `now` is for dates in Retry-After.
Symptoms symptoms_of(const Result<net::Response>&, Waited, Time now);

}  // namespace countersign::registry

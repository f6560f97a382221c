// SPDX-License-Identifier: Apache-2.0
// How long a host wants to be left alone (RFC 9110, section 10.2.3), and how Azure says so.
#pragma once
#include <chrono>
#include <optional>
#include <string_view>

#include "countersign/base/clock.h"
#include "countersign/net/http_transport.h"

namespace countersign::courier {

// Zero to limits::kBackOffMost; a date that has passed is zero. nullopt for what is neither seconds
// nor a date: the header says nothing then.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view value, Time now);

// The same of milliseconds, as `retry-after-ms` and `x-ms-retry-after-ms` have them: digits only.
std::optional<std::chrono::milliseconds> parse_retry_after_ms(std::string_view value);

// What an answer says: the milliseconds, which are the finer word, else Retry-After.
std::optional<std::chrono::milliseconds> retry_after_of(const net::Response&, Time now);

}  // namespace countersign::courier

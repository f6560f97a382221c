// SPDX-License-Identifier: Apache-2.0
// How long a host wants to be left alone (RFC 9110, section 10.2.3).
#pragma once
#include <chrono>
#include <optional>
#include <string_view>

#include "countersign/base/clock.h"

namespace countersign::registry {

// Zero to limits::kBackOffMost; a date that has passed is zero. nullopt for what is neither seconds
// nor a date: the header says nothing then.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view value, Time now);

}  // namespace countersign::registry

// SPDX-License-Identifier: Apache-2.0
// Durations as people write them in a configuration.
#pragma once
#include <chrono>
#include <string>
#include <string_view>

#include "countersign/base/result.h"

namespace countersign::app {

// "90s", "15m", "4h", "1h30m": whole hours, minutes and seconds, each at most once, largest first.
// Reason::BadConfig for anything else; also for a number without a unit, which nobody can guess.
[[nodiscard]] Result<std::chrono::seconds> parse_duration(std::string_view text);
// The same, or whole days: "30d". For what lasts longer than a process runs.
[[nodiscard]] Result<std::chrono::seconds> parse_period(std::string_view text);
// parse_duration() in the other direction: "15m" of 900 s, "0s" of nothing.
std::string duration_text(std::chrono::seconds);

}  // namespace countersign::app

// SPDX-License-Identifier: Apache-2.0
// How long a review may take: the API server says so in ?timeout=, as Go writes durations.
#pragma once
#include <chrono>
#include <optional>
#include <string_view>

namespace countersign::app {

// "10s", "1m30s", "500ms", "1.5h": not negative, at most a day; rounded down to milliseconds.
// nullopt for anything else.
std::optional<std::chrono::milliseconds> parse_go_duration(std::string_view text);

// Of a request with this query: the smallest valid `timeout`, or the API server's default when
// there is none; less what the answer needs for its way back. Zero when nothing is left.
std::chrono::milliseconds review_budget(std::string_view query);

}  // namespace countersign::app

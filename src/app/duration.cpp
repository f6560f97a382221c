// SPDX-License-Identifier: Apache-2.0
#include "app/duration.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>

namespace countersign::app {
namespace {

struct Unit {
  char name;
  std::chrono::seconds length;
};

constexpr std::array kUnits{Unit{'h', std::chrono::hours(1)}, Unit{'m', std::chrono::minutes(1)},
                            Unit{'s', std::chrono::seconds(1)}};

// From the front of the text; nothing is taken, and the result is zero, when another unit stands
// there. nullopt when there is no number before the unit, or too large a one.
std::optional<std::chrono::seconds> take(std::string_view& text, const Unit& unit) {
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if (digits == text.size() || text[digits] != unit.name) {
    return std::chrono::seconds::zero();
  }
  std::uint32_t number = 0;  // times an hour it is far from the end of seconds
  const auto* const end = text.data() + digits;
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stopped != end) {
    return std::nullopt;
  }
  text.remove_prefix(digits + 1);
  return number * unit.length;
}

}  // namespace

Result<std::chrono::seconds> parse_duration(std::string_view text) {
  std::chrono::seconds sum{};
  auto left = text;
  bool good = !text.empty();
  for (const auto& unit : kUnits) {
    const auto taken = take(left, unit);
    good = good && taken;
    sum += taken.value_or(std::chrono::seconds::zero());
  }
  if (!good || !left.empty()) {
    return fail(Reason::BadConfig,
                "\"" + std::string(text) + "\" is not a duration like 90s, 15m or 1h30m");
  }
  return sum;
}

Result<std::chrono::seconds> parse_period(std::string_view text) {
  auto left = text;
  const auto days = take(left, {'d', std::chrono::days(1)});
  if (days && left.empty() && !text.empty()) {
    return *days;
  }
  if (const auto duration = parse_duration(text)) {
    return duration;
  }
  return fail(Reason::BadConfig,
              "\"" + std::string(text) + "\" is not a period like 365d, 24h or 1h30m");
}

std::string duration_text(std::chrono::seconds duration) {
  const std::chrono::hh_mm_ss parts(duration);
  std::string text;
  const auto add = [&text](auto count, char unit) {
    if (count != 0) {
      text += std::to_string(count) + unit;
    }
  };
  add(parts.hours().count(), 'h');
  add(parts.minutes().count(), 'm');
  add(parts.seconds().count(), 's');
  return text.empty() ? "0s" : text;
}

}  // namespace countersign::app

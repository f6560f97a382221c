// SPDX-License-Identifier: Apache-2.0
#include "app/time_budget.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "countersign/base/limits.h"

namespace countersign::app {
namespace {

struct Unit {
  std::string_view name;
  double milliseconds;
};

// Longer names before their beginnings: "ms" is not "m" and "s".
constexpr std::array kUnits{Unit{"ms", 1},           Unit{"us", 1e-3}, Unit{"\xC2\xB5s", 1e-3},
                            Unit{"\xCE\xBCs", 1e-3}, Unit{"ns", 1e-6}, Unit{"h", 3'600'000},
                            Unit{"m", 60'000},       Unit{"s", 1'000}};

constexpr std::chrono::hours kMost{24};

const Unit* take_unit(std::string_view& text) {
  for (const auto& unit : kUnits) {
    if (text.starts_with(unit.name)) {
      text.remove_prefix(unit.name.size());
      return &unit;
    }
  }
  return nullptr;
}

std::optional<double> take_number(std::string_view& text) {
  const auto length = std::min(text.find_first_not_of("0123456789."), text.size());
  double number = 0;
  const auto* const end = text.data() + length;
  const auto [stopped, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (length == 0 || error != std::errc{} || stopped != end) {
    return std::nullopt;
  }
  text.remove_prefix(length);
  return number;
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_go_duration(std::string_view text) {
  if (text == "0") {
    return std::chrono::milliseconds::zero();
  }
  double sum = 0;
  do {
    const auto number = take_number(text);
    const auto* const unit = number ? take_unit(text) : nullptr;
    if (unit == nullptr) {
      return std::nullopt;
    }
    sum += *number * unit->milliseconds;
    if (sum > static_cast<double>(std::chrono::milliseconds(kMost).count())) {
      return std::nullopt;
    }
  } while (!text.empty());
  return std::chrono::milliseconds(static_cast<std::chrono::milliseconds::rep>(sum));
}

std::chrono::milliseconds review_budget(std::string_view query) {
  constexpr std::string_view kTimeout = "timeout=";
  std::optional<std::chrono::milliseconds> least;
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const auto parameter = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const auto timeout = parameter.starts_with(kTimeout)
                             ? parse_go_duration(parameter.substr(kTimeout.size()))
                             : std::nullopt;
    if (timeout) {
      least = std::min(least.value_or(*timeout), *timeout);
    }
  }
  const auto given = least.value_or(limits::kAdmissionBudget);
  const auto most = std::chrono::milliseconds(limits::kAdmissionBudgetMost);
  return std::max(std::min(given, most) - limits::kAdmissionReserve,
                  std::chrono::milliseconds::zero());
}

}  // namespace countersign::app

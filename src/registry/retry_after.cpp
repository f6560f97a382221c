// SPDX-License-Identifier: Apache-2.0
#include "registry/retry_after.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "countersign/base/limits.h"

#include "registry/http_date.h"

namespace countersign::registry {
namespace {

std::chrono::seconds clamped(std::chrono::seconds wanted) {
  return std::clamp(wanted, std::chrono::seconds::zero(), limits::kBackOffMost);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view trimmed(std::string_view text) {
  static constexpr std::string_view kBlanks = " \t";
  const auto first = text.find_first_not_of(kBlanks);
  return first == std::string_view::npos
             ? std::string_view()
             : text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace

std::optional<std::chrono::seconds> parse_retry_after(std::string_view value, Time now) {
  const auto text = trimmed(value);
  if (text.empty() || !std::ranges::all_of(text, is_digit)) {
    const auto date = parse_http_date(text, now);
    return date ? std::optional(clamped(*date - now)) : std::nullopt;
  }
  // More than these bits is not a time that anybody meant.
  std::uint32_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  return error == std::errc() && end == text.data() + text.size()
             ? std::optional(clamped(std::chrono::seconds(seconds)))
             : std::nullopt;
}

}  // namespace countersign::registry

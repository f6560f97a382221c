// SPDX-License-Identifier: Apache-2.0
#include "countersign/courier/retry_after.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "countersign/base/limits.h"

#include "courier/http_date.h"

namespace countersign::courier {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

template <class Duration>
Duration clamped(Duration wanted) {
  return std::clamp<Duration>(wanted, Duration::zero(), limits::kBackOffMost);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view trimmed(std::string_view text) {
  static constexpr std::string_view kBlanks = " \t";
  const auto first = text.find_first_not_of(kBlanks);
  return first == std::string_view::npos
             ? std::string_view()
             : text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// More than these bits is not a time that anybody meant.
std::optional<std::uint32_t> parse_digits(std::string_view text) {
  std::uint32_t number = 0;
  if (text.empty() || !std::ranges::all_of(text, is_digit) ||
      std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc()) {
    return std::nullopt;
  }
  return number;
}

}  // namespace

std::optional<seconds> parse_retry_after(std::string_view value, Time now) {
  const auto text = trimmed(value);
  if (text.empty() || !std::ranges::all_of(text, is_digit)) {
    const auto date = parse_http_date(text, now);
    return date ? std::optional(clamped(*date - now)) : std::nullopt;
  }
  const auto number = parse_digits(text);
  return number ? std::optional(clamped(seconds(*number))) : std::nullopt;
}

std::optional<milliseconds> parse_retry_after_ms(std::string_view value) {
  const auto number = parse_digits(trimmed(value));
  return number ? std::optional(clamped(milliseconds(*number))) : std::nullopt;
}

std::optional<milliseconds> retry_after_of(const net::Response& response, Time now) {
  for (const auto* const name : {"retry-after-ms", "x-ms-retry-after-ms"}) {
    if (const auto* const value = response.header(name)) {
      if (const auto wish = parse_retry_after_ms(*value)) {
        return wish;
      }
    }
  }
  const auto* const value = response.header("retry-after");
  return value != nullptr ? parse_retry_after(*value, now) : std::nullopt;
}

}  // namespace countersign::courier

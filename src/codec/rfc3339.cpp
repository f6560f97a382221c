// SPDX-License-Identifier: Apache-2.0
#include "countersign/codec/rfc3339.h"

#include <optional>

#include "countersign/base/limits.h"
#include "countersign/base/log.h"

namespace countersign::codec {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Time kFirst{std::chrono::sys_days{std::chrono::year{1} / 1 / 1}};
constexpr Time kLast{std::chrono::sys_days{std::chrono::year{10'000} / 1 / 1} - seconds{1}};

class Scanner {  // takes what it expects from the front of the text
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool take(char expected) {
    if (!rest_.starts_with(expected)) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }

  // Exactly that many decimal digits, no sign and no white space, with a value in the range.
  std::optional<int> number(std::size_t digits, int least, int most) {
    if (rest_.size() < digits) {
      return std::nullopt;
    }
    int value = 0;
    for (const char digit : rest_.substr(0, digits)) {
      if (digit < '0' || digit > '9') {
        return std::nullopt;
      }
      value = value * 10 + (digit - '0');
    }
    rest_.remove_prefix(digits);
    return value >= least && value <= most ? std::optional(value) : std::nullopt;
  }

  bool skip_digits() {  // at least one
    const auto count = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    rest_.remove_prefix(count);
    return count > 0;
  }

  bool done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

std::optional<std::chrono::sys_days> scan_date(Scanner& scanner) {
  const auto year = scanner.number(4, 1, 9999);
  if (!year || !scanner.take('-')) {
    return std::nullopt;
  }
  const auto month = scanner.number(2, 1, 12);
  if (!month || !scanner.take('-')) {
    return std::nullopt;
  }
  const auto day = scanner.number(2, 1, 31);
  if (!day) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  return date.ok() ? std::optional(std::chrono::sys_days{date}) : std::nullopt;
}

std::optional<seconds> scan_hour_and_minute(Scanner& scanner) {
  const auto hour = scanner.number(2, 0, 23);
  if (!hour || !scanner.take(':')) {
    return std::nullopt;
  }
  const auto minute = scanner.number(2, 0, 59);
  return minute ? std::optional<seconds>(hours{*hour} + minutes{*minute}) : std::nullopt;
}

std::optional<seconds> scan_time(Scanner& scanner) {
  const auto time = scan_hour_and_minute(scanner);
  if (!time || !scanner.take(':')) {
    return std::nullopt;
  }
  const auto second = scanner.number(2, 0, 59);
  if (!second || (scanner.take('.') && !scanner.skip_digits())) {
    return std::nullopt;
  }
  return *time + seconds{*second};
}

std::optional<seconds> scan_offset(Scanner& scanner) {
  if (scanner.take('Z')) {
    return seconds{0};
  }
  const bool east = scanner.take('+');
  if (!east && !scanner.take('-')) {
    return std::nullopt;
  }
  const auto offset = scan_hour_and_minute(scanner);
  return offset ? std::optional(east ? *offset : -*offset) : std::nullopt;
}

std::optional<Time> scan_date_time(std::string_view text) {
  Scanner scanner(text);
  const auto date = scan_date(scanner);
  if (!date || !scanner.take('T')) {
    return std::nullopt;
  }
  const auto time = scan_time(scanner);
  if (!time) {
    return std::nullopt;
  }
  const auto offset = scan_offset(scanner);
  if (!offset || !scanner.done()) {
    return std::nullopt;
  }
  const Time moment = *date + *time - *offset;
  // An offset may lead out of the years that format_rfc3339 can write.
  return moment >= kFirst && moment <= kLast ? std::optional(moment) : std::nullopt;
}

void append_padded(std::string& text, long value, std::size_t width) {
  const auto digits = std::to_string(value);
  text.append(width - std::min(width, digits.size()), '0').append(digits);
}

}  // namespace

Result<Time> parse_rfc3339(std::string_view text, Reason reason) {
  const auto moment = scan_date_time(text);
  if (!moment) {
    return fail(reason,
                "not a date-time of RFC 3339: \"" + log::clean(text, limits::kLogField) + "\"");
  }
  return *moment;
}

std::string format_rfc3339(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  std::string text;
  append_padded(text, static_cast<int>(date.year()), 4);
  append_padded(text += '-', static_cast<unsigned>(date.month()), 2);
  append_padded(text += '-', static_cast<unsigned>(date.day()), 2);
  append_padded(text += 'T', clock.hours().count(), 2);
  append_padded(text += ':', clock.minutes().count(), 2);
  append_padded(text += ':', clock.seconds().count(), 2);
  return text += 'Z';
}

}  // namespace countersign::codec

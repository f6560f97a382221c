// SPDX-License-Identifier: Apache-2.0
#include "courier/http_date.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <span>

namespace countersign::courier {
namespace {

constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 7> kLongDays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                    "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// Takes pieces from the front. After the first that is not there nothing is read any more.
class DateReader {
 public:
  explicit DateReader(std::string_view text) : rest_(text) {}

  bool complete() const { return good_ && rest_.empty(); }

  void literal(std::string_view expected) {
    good_ = good_ && rest_.starts_with(expected);
    advance(expected.size());
  }

  unsigned number(std::size_t digits) {
    unsigned value = 0;
    good_ = good_ && rest_.size() >= digits;
    for (std::size_t index = 0; good_ && index < digits; ++index) {
      const char digit = rest_[index];
      good_ = digit >= '0' && digit <= '9';
      value = value * 10 + static_cast<unsigned>(digit - '0');
    }
    advance(digits);
    return value;
  }

  unsigned name(std::span<const std::string_view> names) {  // from 1
    const auto found = std::ranges::find_if(
        names, [this](std::string_view name) { return rest_.starts_with(name); });
    good_ = good_ && found != names.end();
    if (!good_) {
      return 0;
    }
    advance(found->size());
    return static_cast<unsigned>(found - names.begin()) + 1;
  }

  unsigned day_after_blanks() {  // "date3": two digits, or a blank and one
    if (rest_.starts_with(' ')) {
      advance(1);
      return number(1);
    }
    return number(2);
  }

 private:
  void advance(std::size_t count) {
    if (good_) {
      rest_.remove_prefix(count);
    }
  }

  std::string_view rest_;
  bool good_ = true;
};

struct Fields {
  unsigned year = 0, month = 0, day = 0;
  unsigned hour = 0, minute = 0, second = 0;
};

void read_time(DateReader& reader, Fields& fields) {
  fields.hour = reader.number(2);
  reader.literal(":");
  fields.minute = reader.number(2);
  reader.literal(":");
  fields.second = reader.number(2);
}

std::optional<Time> moment(const Fields& fields) {
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(fields.year)),
                                         std::chrono::month(fields.month),
                                         std::chrono::day(fields.day)};
  // 60 is a leap second.
  if (!date.ok() || fields.year < 1970 || fields.hour > 23 || fields.minute > 59 ||
      fields.second > 60) {
    return std::nullopt;
  }
  return Time(std::chrono::sys_days(date)) + std::chrono::hours(fields.hour) +
         std::chrono::minutes(fields.minute) + std::chrono::seconds(fields.second);
}

std::optional<Time> concluded(const DateReader& reader, const Fields& fields) {
  return reader.complete() ? moment(fields) : std::nullopt;
}

std::optional<Time> imf_fixdate(std::string_view text) {  // Sun, 06 Nov 1994 08:49:37 GMT
  DateReader reader(text);
  Fields fields;
  reader.name(kDays);
  reader.literal(", ");
  fields.day = reader.number(2);
  reader.literal(" ");
  fields.month = reader.name(kMonths);
  reader.literal(" ");
  fields.year = reader.number(4);
  reader.literal(" ");
  read_time(reader, fields);
  reader.literal(" GMT");
  return concluded(reader, fields);
}

unsigned year_of(Time time) {
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(time));
  return static_cast<unsigned>(static_cast<int>(date.year()));
}

std::optional<Time> rfc850_date(std::string_view text, Time now) {
  DateReader reader(text);  // Sunday, 06-Nov-94 08:49:37 GMT
  Fields fields;
  reader.name(kLongDays);
  reader.literal(", ");
  fields.day = reader.number(2);
  reader.literal("-");
  fields.month = reader.name(kMonths);
  reader.literal("-");
  fields.year = reader.number(2);
  reader.literal(" ");
  read_time(reader, fields);
  reader.literal(" GMT");
  // "MUST interpret a timestamp that appears to be more than 50 years in the future as representing
  // the most recent year in the past that had the same last two digits."
  const auto this_year = year_of(now);
  fields.year += this_year / 100 * 100;
  if (fields.year > this_year + 50) {
    fields.year -= 100;
  }
  return concluded(reader, fields);
}

std::optional<Time> asctime_date(std::string_view text) {  // Sun Nov  6 08:49:37 1994
  DateReader reader(text);
  Fields fields;
  reader.name(kDays);
  reader.literal(" ");
  fields.month = reader.name(kMonths);
  reader.literal(" ");
  fields.day = reader.day_after_blanks();
  reader.literal(" ");
  read_time(reader, fields);
  reader.literal(" ");
  fields.year = reader.number(4);
  return concluded(reader, fields);
}

}  // namespace

std::optional<Time> parse_http_date(std::string_view text, Time now) {
  if (const auto date = imf_fixdate(text)) {
    return date;
  }
  if (const auto date = rfc850_date(text, now)) {
    return date;
  }
  return asctime_date(text);
}

}  // namespace countersign::courier

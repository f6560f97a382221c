// SPDX-License-Identifier: Apache-2.0
// Laws: a pause is within its bounds whatever was sent; a time written in each of the three forms
// of an HTTP date is read as that time; seconds and the date so far ahead mean the same.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "countersign/base/bytes.h"
#include "countersign/base/limits.h"
#include "countersign/courier/retry_after.h"

#include "courier/http_date.h"

namespace {

using countersign::Bytes;
using countersign::Time;
using countersign::courier::parse_http_date;
using countersign::courier::parse_retry_after;
using std::chrono::seconds;
namespace limits = countersign::limits;

constexpr const char* kDays[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                 "Thursday", "Friday", "Saturday"};
constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

void require(bool law) {
  if (!law) {
    std::abort();
  }
}

struct Written {
  std::string fixdate, rfc850, asctime;
};

Written write(Time time) {
  const auto midnight = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(midnight);
  const std::chrono::hh_mm_ss clock(time - midnight);
  const auto* const weekday = kDays[std::chrono::weekday(midnight).c_encoding()];
  const auto* const month = kMonths[static_cast<unsigned>(date.month()) - 1];
  const auto day = static_cast<unsigned>(date.day());
  const auto year = static_cast<int>(date.year());
  char hours[32], text[96];
  std::snprintf(hours, sizeof hours, "%02d:%02d:%02d", static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  Written written;
  std::snprintf(text, sizeof text, "%.3s, %02u %s %04d %s GMT", weekday, day, month, year, hours);
  written.fixdate = text;
  std::snprintf(text, sizeof text, "%s, %02u-%s-%02d %s GMT", weekday, day, month, year % 100,
                hours);
  written.rfc850 = text;
  std::snprintf(text, sizeof text, "%.3s %s %2u %s %04d", weekday, month, day, hours, year);
  written.asctime = text;
  return written;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::uint64_t number = 0;  // from 1970 into the year 9999
  std::size_t used = 0;
  for (; used < 5 && used < size; ++used) {
    number = number << 8U | data[used];
  }
  const Time now{seconds(number % 253'000'000'000)};
  const std::string text(countersign::as_text(Bytes(data + used, size - used)));

  const auto pause = parse_retry_after(text, now);
  require(!pause || (*pause >= seconds(0) && *pause <= limits::kBackOffMost));
  const auto date = parse_http_date(text, now);
  require(!date || (date->time_since_epoch() >= seconds(0) && pause.has_value()));

  const auto written = write(now);
  require(parse_http_date(written.fixdate, now) == now);
  require(parse_http_date(written.rfc850, now) == now);
  require(parse_http_date(written.asctime, now) == now);
  const auto ahead = seconds(number % 100);
  require(parse_retry_after(write(now + ahead).fixdate, now) ==
          parse_retry_after(std::to_string(ahead.count()), now));
  return 0;
}

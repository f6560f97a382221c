// SPDX-License-Identifier: Apache-2.0
#include "courier/http_date.h"

#include <gtest/gtest.h>

namespace countersign::courier {
namespace {

using std::chrono::sys_days;
using std::chrono::year;

constexpr Time kNow = sys_days(year(2026) / 3 / 1);

TEST(HttpDate, HasThreeForms) {  // the examples of RFC 9110, section 5.6.7
  const Time expected = sys_days(year(1994) / 11 / 6) + std::chrono::hours(8) +
                        std::chrono::minutes(49) + std::chrono::seconds(37);
  for (const auto* const text : {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
                                 "Sun Nov  6 08:49:37 1994", "Sun Nov 06 08:49:37 1994"}) {
    EXPECT_EQ(parse_http_date(text, kNow), expected) << text;
  }
}

TEST(HttpDate, AYearOfTwoDigitsIsAtMostFiftyYearsAhead) {
  EXPECT_EQ(parse_http_date("Sunday, 01-Mar-76 00:00:00 GMT", kNow),
            Time(sys_days(year(2076) / 3 / 1)));
  EXPECT_EQ(parse_http_date("Tuesday, 01-Mar-77 00:00:00 GMT", kNow),
            Time(sys_days(year(1977) / 3 / 1)));
}

TEST(HttpDate, EverythingElseIsNone) {
  for (const auto* const text : {"",
                                 "Sun",
                                 "Sun, 06 Nov 1994 08:49:37",
                                 "Sun, 06 Nov 1994 08:49:37 UTC",
                                 "Sun, 06 Nov 1994 08:49:37 GMT ",
                                 " Sun, 06 Nov 1994 08:49:37 GMT",
                                 "sun, 06 Nov 1994 08:49:37 GMT",
                                 "Sun, 06 nov 1994 08:49:37 GMT",
                                 "Sun, 6 Nov 1994 08:49:37 GMT",
                                 "Sun, 31 Feb 1994 08:49:37 GMT",
                                 "Sun, 06 Nov 1994 24:00:00 GMT",
                                 "Sun, 06 Nov 1994 08:60:37 GMT",
                                 "Sun, 06 Nov 1994 08:49:61 GMT",
                                 "Sun, 06 Nov 1969 08:49:37 GMT",
                                 "Sun, 06 Nov -994 08:49:37 GMT",
                                 "Sun, 06 Nov 99994 08:49:37 GMT",
                                 "Sunday, 06-Nov-1994 08:49:37 GMT",
                                 "Sun, 06-Nov-94 08:49:37 GMT",
                                 "Sun Nov 6 08:49:37 1994",
                                 "Sun Nov  6 08:49:37 94",
                                 "1994-11-06T08:49:37Z"}) {
    EXPECT_FALSE(parse_http_date(text, kNow)) << text;
  }
}

}  // namespace
}  // namespace countersign::courier

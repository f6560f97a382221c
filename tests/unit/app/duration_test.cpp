// SPDX-License-Identifier: Apache-2.0
#include "app/duration.h"

#include <gtest/gtest.h>

namespace countersign::app {
namespace {

using namespace std::chrono_literals;

TEST(Duration, ReadsWholeHoursMinutesAndSeconds) {
  struct Row {
    const char* text;
    std::chrono::seconds value;
  };
  for (const auto& row : {
           Row{"90s", 90s},
           Row{"15m", 15min},
           Row{"4h", 4h},
           Row{"1h30m", 90min},
           Row{"1h0m5s", 3605s},
           Row{"2m1s", 121s},
           Row{"0s", 0s},
           Row{"007s", 7s},
           Row{"4294967295h", 4'294'967'295h},
       }) {
    EXPECT_EQ(parse_duration(row.text), row.value) << row.text;
  }
}

TEST(Duration, RefusesWhatNobodyMeans) {
  for (const auto* text : {"",     "0",     "15",    "h",           "m",
                           "-1s",  "+1s",   " 1s",   "1s ",         "1 s",
                           "1.5h", "500ms", "1d",    "1S",          "1m1h",
                           "1s1s", "1h1h",  "30m1h", "4294967296h", "99999999999999999999s",
                           "1hm",  "0x1s"}) {
    const auto duration = parse_duration(text);
    ASSERT_FALSE(duration) << text;
    EXPECT_EQ(duration.error().reason, Reason::BadConfig) << text;
  }
}

TEST(Duration, APeriodMayBeDays) {
  EXPECT_EQ(parse_period("365d"), std::chrono::hours(365 * 24));
  EXPECT_EQ(parse_period("1h30m"), std::chrono::minutes(90));
  for (const auto* text : {"", "d", "1", "1d1h", "1w", "-1d", "4294967296d", "1.5d"}) {
    EXPECT_FALSE(parse_period(text)) << text;
  }
}

TEST(Duration, IsWrittenAsItIsRead) {
  for (const auto* text : {"0s", "90m", "15m", "24h", "1h30m", "59s", "720h", "1h1m1s"}) {
    const auto duration = parse_duration(text);
    ASSERT_TRUE(duration) << text;
    const auto written = parse_duration(duration_text(*duration));
    ASSERT_TRUE(written) << duration_text(*duration);
    EXPECT_EQ(*written, *duration) << text;
  }
  EXPECT_EQ(duration_text(std::chrono::minutes(15)), "15m");
  EXPECT_EQ(duration_text(std::chrono::hours(24)), "24h");
}

}  // namespace
}  // namespace countersign::app

// SPDX-License-Identifier: Apache-2.0
#include "app/time_budget.h"

#include <gtest/gtest.h>

namespace countersign::app {
namespace {

using namespace std::chrono_literals;

TEST(TimeBudget, ReadsDurationsAsGoWritesThem) {
  struct Row {
    const char* text;
    std::optional<std::chrono::milliseconds> value;
  };
  for (const auto& row : {
           Row{"10s", 10s},
           Row{"1m30s", 90s},
           Row{"500ms", 500ms},
           Row{"1.5h", 90min},
           Row{"0", 0ms},
           Row{"0s", 0ms},
           Row{"1h0m0.5s", 1h + 500ms},
           Row{"999us", 0ms},
           Row{"5\xC2\xB5s", 0ms},
           Row{"24h", 24h},
           Row{".5s", 500ms},
           Row{"", {}},
           Row{"10", {}},
           Row{"s", {}},
           Row{"-1s", {}},
           Row{"+1s", {}},
           Row{"1s ", {}},
           Row{" 1s", {}},
           Row{"1 s", {}},
           Row{"1d", {}},
           Row{"1e3s", {}},
           Row{"1..5s", {}},
           Row{"25h", {}},
           Row{"99999999999999999999h", {}},
           Row{"infs", {}},
           Row{"0x10s", {}},
           Row{"1S", {}},
       }) {
    EXPECT_EQ(parse_go_duration(row.text), row.value) << row.text;
  }
}

TEST(TimeBudget, LeavesTimeForTheAnswer) {  // AW-24, AW-74, OVL-02
  struct Row {
    const char* query;
    std::chrono::milliseconds budget;
  };
  for (const auto& row : {
           Row{"timeout=10s", 9'700ms},
           Row{"timeout=1s", 700ms},
           Row{"timeout=2s", 1'700ms},
           Row{"timeout=5s", 4'700ms},
           Row{"timeout=30s", 29'700ms},
           Row{"timeout=1500ms", 1'200ms},
           Row{"timeout=300ms", 0ms},
           Row{"timeout=0s", 0ms},
           Row{"timeout=5m", 29'700ms},  // nobody waits that long
           Row{"timeout=31s", 29'700ms},
           Row{"timeout=1m", 29'700ms},
           Row{"timeout=24h", 29'700ms},
           Row{"timeout=99999999h", 9'700ms},  // not a duration
           Row{"timeout=-1s", 9'700ms},
           Row{"timeout=abc", 9'700ms},
           Row{"timeout=soon", 9'700ms},
           Row{"", 9'700ms},  // the API server's default
           Row{"timeout=", 9'700ms},
           Row{"other=1s", 9'700ms},
           Row{"a=b&timeout=3s", 2'700ms},
           Row{"timeout=5s&timeout=2s", 1'700ms},
           Row{"timeout=x&timeout=2s&", 1'700ms},
           Row{"xtimeout=1s", 9'700ms},
       }) {
    EXPECT_EQ(review_budget(row.query), row.budget) << row.query;
  }
}

}  // namespace
}  // namespace countersign::app

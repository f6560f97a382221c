// SPDX-License-Identifier: Apache-2.0
#include "registry/retry_after.h"

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

namespace countersign::registry {
namespace {

using std::chrono::seconds;

constexpr Time kNow = std::chrono::sys_days(std::chrono::year(2026) / 3 / 1);

TEST(RetryAfter, IsSecondsOrADateOrNothing) {
  struct Row {
    std::string value;
    std::optional<seconds> expected;
  };
  const std::vector<Row> rows{
      {"0", seconds(0)},
      {"1", seconds(1)},
      {" 007\t", seconds(7)},
      {"61", limits::kBackOffMost},
      {"4294967295", limits::kBackOffMost},
      {"4294967296", std::nullopt},
      {"99999999999999999999", std::nullopt},
      {"-5", std::nullopt},
      {"+5", std::nullopt},
      {"1.5", std::nullopt},
      {"1 2", std::nullopt},
      {"0x10", std::nullopt},
      {"", std::nullopt},
      {" ", std::nullopt},
      {"soon", std::nullopt},
      {"Sun, 01 Mar 2026 00:00:10 GMT", seconds(10)},
      {"Sunday, 01-Mar-26 00:00:10 GMT", seconds(10)},
      {"Sun Mar  1 00:00:10 2026", seconds(10)},
      {"Sat, 28 Feb 2026 23:59:59 GMT", seconds(0)},
      {"Fri, 31 Dec 9999 23:59:59 GMT", limits::kBackOffMost},
      {"Sun, 01 Mar 2026 00:00:10", std::nullopt},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(parse_retry_after(row.value, kNow), row.expected) << row.value;
  }
}

}  // namespace
}  // namespace countersign::registry

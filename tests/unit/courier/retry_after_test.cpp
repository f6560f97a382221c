// SPDX-License-Identifier: Apache-2.0
#include "countersign/courier/retry_after.h"

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

namespace countersign::courier {
namespace {

using std::chrono::milliseconds;
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

// The Azure SDK's clients read these before Retry-After.
TEST(RetryAfter, AzuresMillisecondsWin) {
  using Headers = std::vector<net::Header>;
  struct Row {
    Headers headers;
    std::optional<milliseconds> expected;
  };
  const std::vector<Row> rows{
      {{}, std::nullopt},
      {{{"retry-after", "7"}}, seconds(7)},
      {{{"retry-after-ms", "1500"}}, milliseconds(1'500)},
      {{{"x-ms-retry-after-ms", " 20\t"}}, milliseconds(20)},
      {{{"retry-after", "7"}, {"retry-after-ms", "1500"}}, milliseconds(1'500)},
      {{{"retry-after", "7"}, {"x-ms-retry-after-ms", "0"}}, milliseconds(0)},
      {{{"x-ms-retry-after-ms", "2"}, {"retry-after-ms", "1"}}, milliseconds(1)},
      {{{"retry-after-ms", "60001"}}, limits::kBackOffMost},
      {{{"retry-after-ms", "4294967295"}}, limits::kBackOffMost},
      // What is not digits alone says nothing, and the next one is heard.
      {{{"retry-after-ms", "4294967296"}}, std::nullopt},
      {{{"retry-after-ms", "-1"}, {"retry-after", "7"}}, seconds(7)},
      {{{"retry-after-ms", "1.5"}, {"x-ms-retry-after-ms", "2"}}, milliseconds(2)},
      {{{"retry-after-ms", ""}, {"retry-after", "7"}}, seconds(7)},
      {{{"x-ms-retry-after-ms", "Sun, 01 Mar 2026 00:00:10 GMT"}}, std::nullopt},
      {{{"retry-after-ms", "1"}, {"retry-after", "soon"}}, milliseconds(1)},
  };
  for (const auto& [headers, expected] : rows) {
    EXPECT_EQ(retry_after_of({429, headers, ""}, kNow), expected)
        << (headers.empty() ? "" : headers.front().name + ": " + headers.front().value);
  }
}

}  // namespace
}  // namespace countersign::courier

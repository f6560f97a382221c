// SPDX-License-Identifier: Apache-2.0
#include "countersign/courier/courier.h"

#include <optional>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "unit/courier/courier_bed.h"

namespace countersign::courier {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::answer;
using Waits = std::vector<milliseconds>;
using Change = Observer::Breaker;

constexpr const char* kUrl = "https://a.example/v2/x";

TEST(Courier, AsksAgainWhatMayGoWellLater) {  // REG-33
  for (const int status : {408, 429, 500, 502, 503, 504}) {
    CourierBed bed;
    bed.http.expect(kUrl, answer(status)).expect(kUrl, answer(200));
    const auto result = bed.courier.send(get(kUrl), bed.soon());
    ASSERT_TRUE(result) << status;
    EXPECT_EQ(result->status, 200) << status;
    EXPECT_EQ(bed.patience.waits(), Waits{limits::kRetryPause}) << status;
  }
  CourierBed bed;
  bed.http.expect(kUrl, unavailable()).expect(kUrl, answer(200));
  EXPECT_EQ(bed.courier.send(get(kUrl), bed.soon())->status, 200);
}

TEST(Courier, TakesAnyOtherAnswerAsItIs) {
  for (const int status : {200, 206, 301, 307, 400, 401, 403, 404, 405, 406, 416, 501, 505}) {
    CourierBed bed;
    bed.http.expect(kUrl, answer(status));
    EXPECT_EQ(bed.courier.send(get(kUrl), bed.soon())->status, status);
  }
}

TEST(Courier, DoesNotRepeatWhatStaysWrong) {
  for (const auto reason : {Reason::AddressNotAllowed, Reason::BadConfig, Reason::RegistryResponse,
                            Reason::DeadlineExceeded, Reason::Overloaded, Reason::Internal}) {
    CourierBed bed;
    bed.http.expect(kUrl, fail(reason, ""));
    EXPECT_EQ(bed.courier.send(get(kUrl), bed.soon()).error().reason, reason);
  }
}

TEST(Courier, NeverRepeatsAPost) {
  CourierBed bed;
  bed.http.expect(kUrl, answer(503)).expect(kUrl, unavailable());
  EXPECT_EQ(bed.courier.send(post(kUrl), bed.soon())->status, 503);
  EXPECT_EQ(bed.courier.send(post(kUrl), bed.soon()).error().reason, Reason::RegistryUnavailable);
  EXPECT_TRUE(bed.patience.waits().empty());
}

TEST(Courier, PausesLongerEachTimeAndEndsWithTheTime) {
  CourierBed bed;
  for (int count = 0; count < 6; ++count) {
    bed.http.expect(kUrl, answer(500));
  }
  EXPECT_EQ(bed.courier.send(get(kUrl), bed.clock.in(seconds(4)))->status, 500);
  // The next would be another two seconds.
  EXPECT_EQ(bed.patience.waits(), (Waits{milliseconds(100), milliseconds(200), milliseconds(400),
                                         milliseconds(800), milliseconds(1'600)}));
}

TEST(Courier, StopsWhenTheBudgetOfTheHostIsSpent) {
  CourierBed bed;
  for (std::size_t count = 0; count < limits::kRetryBudget + 2; ++count) {
    bed.http.expect(kUrl, answer(500));
  }
  EXPECT_EQ(bed.courier.send(get(kUrl), bed.clock.in(seconds(600)))->status, 500);
  EXPECT_EQ(bed.http.seen().size(), limits::kRetryBudget + 1);
  EXPECT_EQ(bed.courier.send(get(kUrl), bed.clock.in(seconds(600)))->status, 500);
  // Another host has its own.
  bed.http.expect("https://b.example/", answer(500)).expect("https://b.example/", answer(200));
  EXPECT_EQ(bed.courier.send(get("https://b.example/"), bed.soon())->status, 200);
}

TEST(Courier, WaitsAsLongAsRetryAfterSays) {  // REG-82
  struct Row {
    std::optional<std::string> retry_after;
    milliseconds pause;  // with the random part at its most; zero: not within the time
  };
  const std::vector<Row> rows{
      {"1", milliseconds(1'100)},
      {"0", milliseconds(100)},
      {"-5", milliseconds(100)},
      {"99999999999999999999", milliseconds(100)},
      {"Sun, 01 Mar 2026 00:00:03 GMT", milliseconds(3'100)},
      {"Sat, 28 Feb 2026 00:00:00 GMT", milliseconds(100)},
      {"soon", milliseconds(100)},
      {"", milliseconds(100)},
      {std::nullopt, milliseconds(100)},
      {"9", milliseconds(9'100)},
      {"10", {}},
      {"3600", {}},
      {"Mon, 01 Mar 2027 00:00:00 GMT", {}},
  };
  for (const int status : {429, 503}) {
    for (const auto& row : rows) {
      SCOPED_TRACE(row.retry_after.value_or("absent"));
      CourierBed bed;
      auto first = answer(status);
      if (row.retry_after) {
        first.headers.push_back({"retry-after", *row.retry_after});
      }
      bed.http.expect(kUrl, first);
      const bool again = row.pause.count() > 0;
      if (again) {
        bed.http.expect(kUrl, answer(200));
      }
      EXPECT_EQ(bed.courier.send(get(kUrl), bed.soon())->status, again ? 200 : status);
      EXPECT_EQ(bed.patience.waits(), again ? Waits{row.pause} : Waits{});
    }
  }
}

TEST(Courier, KeepsEverybodyFromAHostThatWantsQuiet) {  // REG-82
  CourierBed bed;
  bed.http.expect(kUrl, answer(429, {{"retry-after", "30"}}));
  EXPECT_EQ(bed.courier.send(get(kUrl), bed.soon())->status, 429);
  // Who can't wait is told so at once, whatever he wants from the host.
  const auto other = get("https://a.example/v2/y");
  EXPECT_EQ(bed.courier.send(other, bed.soon()).error().reason, Reason::RegistryThrottled);
  EXPECT_EQ(bed.courier.send(post("https://a.example/token"), bed.soon()).error().reason,
            Reason::RegistryThrottled);
  EXPECT_TRUE(bed.patience.waits().empty());
  bed.http.expect("https://b.example/", answer(200));
  EXPECT_EQ(bed.courier.send(get("https://b.example/"), bed.soon())->status, 200);
  // Who can, waits.
  bed.http.expect(other.url, answer(200));
  EXPECT_EQ(bed.courier.send(other, bed.clock.in(seconds(40)))->status, 200);
  EXPECT_EQ(bed.patience.waits(), Waits{milliseconds(30'100)});
}

TEST(Courier, LeavesAHostAloneThatFailsAgainAndAgain) {
  CourierBed bed;
  for (std::size_t count = 0; count < limits::kBreakerFailures; ++count) {
    bed.http.expect(kUrl, unavailable());
    bed.courier.send(post(kUrl), bed.soon());
  }
  EXPECT_EQ(bed.courier.send(get(kUrl), bed.soon()).error().reason, Reason::RegistryUnavailable);
  bed.http.expect("https://a.example:444/", answer(200));  // another origin
  EXPECT_EQ(bed.courier.send(get("https://a.example:444/"), bed.soon())->status, 200);

  bed.clock.advance(limits::kBreakerPause);
  bed.http.expect(kUrl, answer(404));
  EXPECT_EQ(bed.courier.send(get(kUrl), bed.soon())->status, 404);
  EXPECT_EQ(bed.told.changes,
            (std::vector<std::pair<std::string, Change>>{{"a.example", Change::Open},
                                                         {"a.example", Change::Trying},
                                                         {"a.example", Change::Closed}}));
}

TEST(Courier, ACallerInAHurryProvesNothing) {
  CourierBed bed;
  bed.slow.takes = milliseconds(500);
  for (std::size_t count = 0; count < 2 * limits::kBreakerFailures; ++count) {
    bed.http.expect(kUrl, fail(Reason::DeadlineExceeded, ""));
    bed.courier.send(get(kUrl), bed.clock.in(milliseconds(500)));
  }
  EXPECT_TRUE(bed.told.changes.empty());
  bed.slow.takes = seconds(2);
  for (std::size_t count = 0; count < limits::kBreakerFailures; ++count) {
    bed.http.expect(kUrl, fail(Reason::DeadlineExceeded, ""));
    bed.courier.send(get(kUrl), bed.clock.in(seconds(2)));
  }
  EXPECT_EQ(bed.told.changes.size(), 1U);
}

TEST(Courier, TellsOfEveryAttempt) {
  CourierBed bed;
  bed.slow.takes = milliseconds(20);
  bed.http.expect("https://a.example:5000/", unavailable())
      .expect("https://a.example:5000/", answer(200, {}, "body"));
  ASSERT_TRUE(bed.courier.send(get("https://a.example:5000/"), bed.soon()));
  ASSERT_EQ(bed.told.exchanges.size(), 2U);
  const auto& [first, second] = std::tie(bed.told.exchanges[0], bed.told.exchanges[1]);
  EXPECT_EQ(first.host, "a.example:5000");
  EXPECT_EQ(first.kind, "manifest");
  EXPECT_EQ(first.status, 0);
  EXPECT_EQ(first.failure, Reason::RegistryUnavailable);
  EXPECT_FALSE(first.again);
  EXPECT_EQ(second.status, 200);
  EXPECT_TRUE(second.again);
  EXPECT_EQ(second.bytes, 4U);
  EXPECT_EQ(second.took, milliseconds(20));
}

TEST(Courier, TellsAWarningOnce) {  // REG-84
  CourierBed bed;
  const auto warned = answer(200, {{"warning", R"(299 - "old", 299 - "slow")"}});
  bed.http.expect(kUrl, warned).expect(kUrl, warned).expect("https://b.example/", warned);
  for (const auto* url : {kUrl, kUrl, "https://b.example/"}) {
    EXPECT_EQ(bed.courier.send(get(url), bed.soon())->status, 200);
  }
  EXPECT_EQ(bed.told.warnings, (std::vector<std::string>{"a.example: old", "a.example: slow",
                                                         "b.example: old", "b.example: slow"}));
}

TEST(Courier, CountsThePullsThatAreLeftAndDecidesNothing) {  // REG-83
  CourierBed bed;
  bed.http.expect(kUrl, answer(200, {{"ratelimit-limit", "100;w=21600"},
                                     {"ratelimit-remaining", "0;w=21600"}}));
  bed.http.expect(kUrl, answer(200));
  EXPECT_EQ(bed.courier.send(get(kUrl), bed.soon())->status, 200);
  EXPECT_EQ(bed.courier.send(get(kUrl), bed.soon())->status, 200);
  ASSERT_EQ(bed.told.left.size(), 1U);
  EXPECT_EQ(bed.told.left[0].second, 0U);
}

TEST(Courier, EndsWhoeverWaitsAndRefusesWhatComes) {
  CourierBed bed;
  bed.patience.end();
  bed.http.expect(kUrl, answer(503));
  EXPECT_EQ(bed.courier.send(get(kUrl), bed.soon()).error().reason, Reason::Overloaded);
  bed.courier.close();
  EXPECT_TRUE(bed.slow.closed);
  EXPECT_EQ(bed.courier.send(get(kUrl), bed.soon()).error().reason, Reason::Overloaded);
}

}  // namespace
}  // namespace countersign::courier

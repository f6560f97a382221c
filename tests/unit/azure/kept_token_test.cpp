// SPDX-License-Identifier: Apache-2.0
#include "azure/kept_token.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

namespace countersign::azure {
namespace {

using std::chrono::seconds;

constexpr Tick kNow{std::chrono::hours(1)};

AccessToken token(int life, std::optional<int> refresh = std::nullopt) {
  AccessToken made{.text = Secret("t"), .life = seconds(life)};
  if (refresh) {
    made.refresh_in = seconds(*refresh);
  }
  return made;
}

TEST(KeptToken, IsRenewedAtTheFirstOfThreeTimes) {
  const struct {
    AccessToken token;
    double earliest, middle, latest;  // seconds
  } rows[] = {                        // Five minutes before the end at the latest.
              {token(3'600), 2'700, 3'000, 3'300},
              {token(7'199), 5'644, 6'272, 6'899},
              // Half of a long life.
              {token(7'200), 3'240, 3'600, 3'960},
              {token(86'400), 38'880, 43'200, 47'520},
              // Azure's advice.
              {token(86'399, 43'199), 38'879, 43'199, 47'519},
              {token(86'399, 3'600), 3'240, 3'600, 3'960},
              {token(3'600, 3'500), 2'700, 3'000, 3'300},
              {token(86'399, 1), 54, 60, 66},
              // Too short for any of it.
              {token(600), 245, 273, 300},
              {token(60), 24, 27, 30}};
  const auto after = [](const AccessToken& each, double chance) {
    return std::chrono::duration<double>(renewal_after(each, chance)).count();
  };
  for (const auto& [each, earliest, middle, latest] : rows) {
    EXPECT_NEAR(after(each, 0.0), earliest, 1.0) << each.life.count();
    EXPECT_NEAR(after(each, 0.5), middle, 1.0) << each.life.count();
    EXPECT_NEAR(after(each, 1.0), latest, 1.0) << each.life.count();
  }
}

TEST(KeptToken, IsGoodUntilShortlyBeforeItsEnd) {
  KeptToken kept;
  EXPECT_FALSE(kept.good(kNow));
  EXPECT_TRUE(kept.due(kNow));
  EXPECT_EQ(kept.left(kNow), seconds(0));
  ASSERT_TRUE(kept.take(token(3'600), kNow, 0.5));
  EXPECT_TRUE(kept.good(kNow));
  EXPECT_EQ(kept.left(kNow + seconds(100)), seconds(3'500));
  EXPECT_FALSE(kept.due(kNow + seconds(2'999)));
  EXPECT_TRUE(kept.due(kNow + seconds(3'001)));
  const auto last = kNow + seconds(3'600) - limits::kAzureTokenMargin;
  EXPECT_TRUE(kept.good(last));
  EXPECT_FALSE(kept.good(last + seconds(1)));
  EXPECT_EQ(kept.left(last + seconds(1)), seconds(0));
}

TEST(KeptToken, ThatEndsAtOnceIsAFailure) {
  KeptToken kept;
  for (const int life : {1, 30}) {
    const auto taken = kept.take(token(life), kNow, 0.5);
    ASSERT_FALSE(taken) << life;
    EXPECT_EQ(taken.error().reason, Reason::AzureIdentityUnavailable);
  }
  EXPECT_FALSE(kept.good(kNow));
  EXPECT_TRUE(kept.take(token(31), kNow, 0.5));
}

TEST(KeptToken, PausesLongerAndLonger) {
  KeptToken kept;
  ASSERT_TRUE(kept.take(token(3'600), kNow, 0.5));
  auto now = kNow + seconds(3'200);
  for (const int pause : {1, 2, 4, 8, 16, 32, 60, 60}) {
    EXPECT_TRUE(kept.due(now));
    kept.fail({Reason::AzureIdentityUnavailable, "503"}, now, {});
    EXPECT_TRUE(kept.paused(now + seconds(pause) - seconds(1)));
    now += seconds(pause);
    EXPECT_FALSE(kept.paused(now)) << pause;
  }
  EXPECT_EQ(kept.failure()->detail, "503");
  EXPECT_EQ(kept.text().reveal(), "t");
  ASSERT_TRUE(kept.take(token(3'600), now, 0.5));
  EXPECT_FALSE(kept.failure());
  kept.fail({Reason::AzureIdentityUnavailable, "503"}, now, {});
  EXPECT_FALSE(kept.paused(now + seconds(1))) << "from the beginning again";
}

TEST(KeptToken, PausesAsLongAsAzureWants) {
  KeptToken kept;
  kept.fail({Reason::AzureIdentityUnavailable, "429"}, kNow, kNow + seconds(40));
  EXPECT_TRUE(kept.paused(kNow + seconds(39)));
  EXPECT_FALSE(kept.paused(kNow + seconds(40)));
  kept.fail({Reason::AzureIdentityUnavailable, "429"}, kNow + seconds(40), kNow + seconds(40));
  EXPECT_TRUE(kept.paused(kNow + seconds(41))) << "a wish that has passed shortens nothing";
  EXPECT_FALSE(kept.paused(kNow + seconds(42)));
}

TEST(KeptToken, InDoubtIsToBeReplaced) {
  KeptToken kept;
  ASSERT_TRUE(kept.take(token(3'600), kNow, 0.5));
  kept.doubt();
  EXPECT_TRUE(kept.due(kNow));
  EXPECT_TRUE(kept.good(kNow));
}

}  // namespace
}  // namespace countersign::azure

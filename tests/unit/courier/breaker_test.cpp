// SPDX-License-Identifier: Apache-2.0
#include "courier/breaker.h"

#include <gtest/gtest.h>

namespace countersign::courier {
namespace {

using std::chrono::seconds;
using State = Observer::Breaker;

class BreakerTest : public testing::Test {
 protected:
  Breaker::Change fail_in_a_row(std::size_t times) {
    Breaker::Change change;
    for (std::size_t count = 0; count < times; ++count) {
      change = breaker_.failed(Permit::All, now_);
    }
    return change;
  }
  Permit ask() { return breaker_.ask(now_); }

  Breaker breaker_;
  Tick now_{seconds(1'000)};
};

TEST_F(BreakerTest, OpensAfterFailuresInARow) {
  EXPECT_EQ(fail_in_a_row(limits::kBreakerFailures - 1), Breaker::Change());
  EXPECT_EQ(breaker_.succeeded(), Breaker::Change());
  EXPECT_EQ(fail_in_a_row(limits::kBreakerFailures - 1), Breaker::Change());
  EXPECT_EQ(ask(), Permit::All);
  EXPECT_EQ(breaker_.failed(Permit::All, now_), State::Open);
  EXPECT_EQ(ask(), Permit::None);
}

TEST_F(BreakerTest, LetsOneTryAfterThePause) {
  fail_in_a_row(limits::kBreakerFailures);
  now_ += limits::kBreakerPause - std::chrono::nanoseconds(1);
  EXPECT_EQ(ask(), Permit::None);
  now_ += std::chrono::nanoseconds(1);
  EXPECT_TRUE(breaker_.lets_through(now_));
  EXPECT_EQ(ask(), Permit::One);
  EXPECT_FALSE(breaker_.lets_through(now_));
  EXPECT_EQ(ask(), Permit::None);
  EXPECT_EQ(breaker_.succeeded(), State::Closed);
  EXPECT_EQ(ask(), Permit::All);
}

TEST_F(BreakerTest, StaysAwayTwiceAsLongEachTime) {
  fail_in_a_row(limits::kBreakerFailures);
  auto pause = limits::kBreakerPause;
  for (int count = 0; count < 10; ++count) {
    now_ += pause;
    ASSERT_EQ(ask(), Permit::One) << count;
    EXPECT_EQ(breaker_.failed(Permit::One, now_), State::Open);
    pause = std::min(2 * pause, limits::kBreakerPauseMost);
    now_ += pause - seconds(1);
    EXPECT_EQ(ask(), Permit::None) << count;
    now_ -= pause - seconds(1);
  }
  EXPECT_EQ(pause, limits::kBreakerPauseMost);
  now_ += pause;
  EXPECT_EQ(ask(), Permit::One);
  breaker_.succeeded();
  fail_in_a_row(limits::kBreakerFailures);  // and begins anew
  now_ += limits::kBreakerPause;
  EXPECT_EQ(ask(), Permit::One);
}

TEST_F(BreakerTest, WhoBeganEarlierNeitherProlongsNorEndsAnAttempt) {
  fail_in_a_row(limits::kBreakerFailures);
  EXPECT_EQ(breaker_.failed(Permit::All, now_), Breaker::Change());
  breaker_.learned_nothing(Permit::All, now_);
  EXPECT_EQ(ask(), Permit::None);
  now_ += limits::kBreakerPause;
  ASSERT_EQ(ask(), Permit::One);
  EXPECT_EQ(breaker_.failed(Permit::All, now_), Breaker::Change());
  EXPECT_EQ(ask(), Permit::None);  // the attempt is still under way
  EXPECT_EQ(breaker_.succeeded(), State::Closed);
}

TEST_F(BreakerTest, AnAttemptThatLearnedNothingIsFollowedByAnother) {
  fail_in_a_row(limits::kBreakerFailures);
  now_ += limits::kBreakerPause;
  ASSERT_EQ(ask(), Permit::One);
  breaker_.learned_nothing(Permit::One, now_);
  EXPECT_EQ(ask(), Permit::One);
}

TEST_F(BreakerTest, AFailedAttemptAfterItClosedIsOneFailure) {
  fail_in_a_row(limits::kBreakerFailures);
  now_ += limits::kBreakerPause;
  ASSERT_EQ(ask(), Permit::One);
  breaker_.succeeded();  // somebody who began earlier
  EXPECT_EQ(breaker_.failed(Permit::One, now_), Breaker::Change());
  EXPECT_EQ(ask(), Permit::All);
}

}  // namespace
}  // namespace countersign::courier

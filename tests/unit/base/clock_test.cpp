// SPDX-License-Identifier: Apache-2.0
#include "countersign/base/clock.h"

#include <gtest/gtest.h>

#include "support/fixed_clock.h"

namespace countersign {
namespace {

using std::chrono::milliseconds;

TEST(Deadline, CountsDownToZero) {
  test::FixedClock clock;
  const auto deadline = clock.in(milliseconds(5));
  EXPECT_EQ(deadline.remaining(clock), milliseconds(5));
  EXPECT_FALSE(deadline.passed(clock));
  clock.advance(milliseconds(5));
  EXPECT_TRUE(deadline.passed(clock));
  clock.advance(milliseconds(5));
  EXPECT_EQ(deadline.remaining(clock), milliseconds(0));
  EXPECT_TRUE(deadline.waits()) << "it has waited";
}

TEST(Deadline, OfWhoDoesNotWaitHasPassedWhateverIsMadeOfIt) {
  const test::FixedClock clock;
  const auto later = clock.in(milliseconds(5));
  const auto at_once = Deadline::at_once();
  for (const auto& deadline : {at_once, at_once.sooner(later), later.sooner(at_once),
                               at_once.trying_until(later.when())}) {
    EXPECT_FALSE(deadline.waits());
    EXPECT_TRUE(deadline.passed(clock));
  }
  EXPECT_TRUE(later.sooner(clock.in(milliseconds(1))).waits());
}

}  // namespace
}  // namespace countersign

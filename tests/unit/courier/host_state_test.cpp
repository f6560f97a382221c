// SPDX-License-Identifier: Apache-2.0
#include "courier/host_state.h"

#include <string>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

namespace countersign::courier {
namespace {

using std::chrono::seconds;

constexpr Outcome success() {
  return {.answered = true, .alive = true, .failed = false, .successes = 1, .quiet_until = {}};
}
constexpr Outcome failure() {
  return {.answered = false, .alive = false, .failed = true, .successes = 0, .quiet_until = {}};
}

class HostStateTest : public testing::Test {
 protected:
  void let_in(std::size_t callers) {
    for (std::size_t count = 0; count < callers; ++count) {
      ASSERT_EQ(host_.ask(now_).permit, Permit::All);
    }
  }
  void expect_refused() {
    const auto admission = host_.ask(now_);
    EXPECT_EQ(admission.permit, Permit::None);
    EXPECT_FALSE(admission.later);
    EXPECT_EQ(admission.error.reason, Reason::RegistryUnavailable);
  }

  HostState host_{"a.example"};
  Tick now_{seconds(1'000)};
};

TEST_F(HostStateTest, NoMoreWaitForAHostThatAnswersNobody) {
  let_in(limits::kSilentCallers);
  now_ += limits::kHostSilence;
  expect_refused();
  host_.conclude(Permit::All, failure(), now_);  // one gives up: a place is free
  let_in(1);
  expect_refused();
  host_.conclude(Permit::All, success(), now_);
  let_in(2);  // it answers; others may wait again
}

TEST_F(HostStateTest, AFewMayWaitLong) {
  let_in(limits::kSilentCallers - 1);
  now_ += seconds(3'600);
  let_in(1);
}

TEST_F(HostStateTest, AHostThatNobodyAskedIsNotSilent) {
  now_ += seconds(3'600);
  let_in(2 * limits::kSilentCallers);
  now_ += limits::kHostSilence - std::chrono::nanoseconds(1);
  let_in(1);
}

TEST_F(HostStateTest, AStatusOfAnyKindBreaksTheSilence) {
  let_in(limits::kSilentCallers + 1);
  now_ += limits::kHostSilence;
  auto outcome = failure();
  outcome.answered = true;  // 503
  host_.conclude(Permit::All, outcome, now_);
  let_in(1);
}

TEST_F(HostStateTest, ABatchWithOneGoodAnswerIsNoFailure) {
  for (std::size_t count = 0; count < 2 * limits::kBreakerFailures; ++count) {
    let_in(1);
    auto outcome = success();
    outcome.failed = true;
    EXPECT_FALSE(host_.conclude(Permit::All, outcome, now_));
  }
}

TEST_F(HostStateTest, QuietIsOnlyProlonged) {
  let_in(2);
  auto outcome = success();
  outcome.quiet_until = now_ + seconds(5);
  host_.conclude(Permit::All, outcome, now_);
  outcome.quiet_until = now_ + seconds(1);
  host_.conclude(Permit::All, outcome, now_);
  const auto admission = host_.ask(now_);
  EXPECT_EQ(admission.permit, Permit::None);
  EXPECT_EQ(admission.later, now_ + seconds(5));
  EXPECT_EQ(admission.error.reason, Reason::RegistryThrottled);
  now_ += seconds(5);
  let_in(1);
}

TEST_F(HostStateTest, SuccessesEarnRetries) {
  for (std::size_t count = 0; count < limits::kRetryBudget; ++count) {
    EXPECT_TRUE(host_.may_retry());
  }
  EXPECT_FALSE(host_.may_retry());
  for (std::size_t count = 0; count < limits::kSuccessesPerRetry; ++count) {
    EXPECT_FALSE(host_.may_retry());
    let_in(1);
    host_.conclude(Permit::All, success(), now_);
  }
  EXPECT_TRUE(host_.may_retry());
  EXPECT_FALSE(host_.may_retry());
}

TEST_F(HostStateTest, RetriesAreNotSavedWithoutEnd) {
  auto outcome = success();
  outcome.successes = 100 * limits::kRetryBudget * limits::kSuccessesPerRetry;
  let_in(1);
  host_.conclude(Permit::All, outcome, now_);
  std::size_t taken = 0;
  while (taken <= limits::kRetryBudget && host_.may_retry()) {
    ++taken;
  }
  EXPECT_EQ(taken, limits::kRetryBudget);
}

TEST_F(HostStateTest, EachWarningIsNewOnceAndNotTooManyAre) {
  EXPECT_EQ(host_.news({"a", "b", "a"}), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(host_.news({"b", "a"}).empty());
  std::size_t told = 2;
  for (int count = 0; count < 1'000; ++count) {
    told += host_.news({"text " + std::to_string(count)}).size();
  }
  EXPECT_EQ(told, limits::kRegistryWarnings);
}

}  // namespace
}  // namespace countersign::courier

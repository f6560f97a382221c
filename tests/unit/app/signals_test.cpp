// SPDX-License-Identifier: Apache-2.0
#include "app/signals.h"

#include <unistd.h>

#include <gtest/gtest.h>

#include "support/fixed_clock.h"

namespace countersign::app {
namespace {

TEST(Signals, TellsWhatIsWished) {
  const Signals signals;
  for (const auto& [number, wish] :
       {std::pair{SIGHUP, Signals::Wish::Reload}, std::pair{SIGTERM, Signals::Wish::Stop},
        std::pair{SIGINT, Signals::Wish::StopNow}, std::pair{SIGHUP, Signals::Wish::Reload}}) {
    ASSERT_EQ(::kill(::getpid(), number), 0);
    EXPECT_EQ(signals.wait(), wish) << number;
  }
}

TEST(Signals, CutAWaitShort) {
  const Signals signals;
  const SystemClock clock;
  for (const int number : {SIGTERM, SIGINT}) {
    ASSERT_EQ(::kill(::getpid(), SIGHUP), 0);  // is no reason
    ASSERT_EQ(::kill(::getpid(), number), 0);
    signals.wait_for_stop(std::chrono::hours(1), clock);
  }
}

TEST(Signals, EndAWaitInItsTime) {
  const Signals signals;
  test::FixedClock clock;
  signals.wait_for_stop(std::chrono::milliseconds(0), clock);
  ASSERT_EQ(::kill(::getpid(), SIGHUP), 0);
  signals.wait_for_stop(std::chrono::milliseconds(0), clock);
}

TEST(Signals, LeavesTheProcessAsItWas) {
  sigset_t before;
  sigset_t after;
  pthread_sigmask(SIG_BLOCK, nullptr, &before);
  {
    const Signals signals;
  }
  pthread_sigmask(SIG_BLOCK, nullptr, &after);
  for (const int number : {SIGHUP, SIGTERM, SIGINT, SIGPIPE}) {
    EXPECT_EQ(sigismember(&before, number), sigismember(&after, number)) << number;
  }
}

}  // namespace
}  // namespace countersign::app

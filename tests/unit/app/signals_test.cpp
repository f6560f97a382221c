// SPDX-License-Identifier: Apache-2.0
#include "app/signals.h"

#include <unistd.h>

#include <gtest/gtest.h>

namespace countersign::app {
namespace {

TEST(Signals, TellsWhatIsWished) {
  const Signals signals;
  for (const auto& [number, wish] :
       {std::pair{SIGHUP, Signals::Wish::Reload}, std::pair{SIGTERM, Signals::Wish::Stop},
        std::pair{SIGINT, Signals::Wish::Stop}, std::pair{SIGHUP, Signals::Wish::Reload}}) {
    ASSERT_EQ(::kill(::getpid(), number), 0);
    EXPECT_EQ(signals.wait(), wish) << number;
  }
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

// SPDX-License-Identifier: Apache-2.0
#include "app/periodic.h"

#include <atomic>
#include <latch>

#include <gtest/gtest.h>

namespace countersign::app {
namespace {

using namespace std::chrono_literals;

TEST(Periodic, WorksAgainAndAgain) {
  std::latch third(3);
  std::atomic<int> count = 0;
  const Periodic periodic(1ms, Periodic::First::Later, [&] {
    if (++count <= 3) {
      third.count_down();
    }
  });
  third.wait();
}

TEST(Periodic, WorksAtOnceWhenItIsTold) {
  std::latch once(1);
  const Periodic periodic(std::chrono::hours(24), Periodic::First::Now, [&] { once.count_down(); });
  once.wait();
}

TEST(Periodic, StopsWithoutWaitingForTheInterval) {
  std::atomic<int> count = 0;
  {
    Periodic periodic(std::chrono::hours(24), Periodic::First::Later, [&] { ++count; });
    periodic.stop();
  }
  {
    const Periodic periodic(std::chrono::hours(24), Periodic::First::Later, [&] { ++count; });
  }
  EXPECT_EQ(count, 0) << "the first work comes after one interval";
}

TEST(Periodic, EndsWhenWorkThatHasBegunIsDone) {
  std::latch begun(1), wanted(1);
  bool done = false;
  {
    Periodic periodic(1ms, Periodic::First::Later, [&] {
      if (!done) {
        begun.count_down();
        wanted.wait();
        done = true;
      }
    });
    begun.wait();
    periodic.stop();
    wanted.count_down();
  }
  EXPECT_TRUE(done);
}

}  // namespace
}  // namespace countersign::app

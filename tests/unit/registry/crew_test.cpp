// SPDX-License-Identifier: Apache-2.0
#include "registry/crew.h"

#include <atomic>
#include <latch>
#include <memory>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace countersign::registry {
namespace {

constexpr std::chrono::minutes kLong(10);
constexpr std::chrono::milliseconds kAtOnce(0);

TEST(Crew, HasNoThreadsBeforeItHasWork) {
  Crew crew({});
  EXPECT_EQ(crew.threads(), 0U);
}

TEST(Crew, GivesEveryTaskAThreadWhileThereAreSome) {
  std::latch all(3);  // each waits for the others
  Crew crew({.threads = 3, .waiting = 0, .idle = kLong});
  for (int task = 0; task < 3; ++task) {
    EXPECT_TRUE(crew.run([&all] { all.arrive_and_wait(); }));
  }
  all.wait();
  EXPECT_EQ(crew.threads(), 3U);
}

TEST(Crew, RefusesWhatHasNoRoom) {
  std::latch started(1);
  std::latch release(1);
  std::atomic<int> ran = 0;
  Crew crew({.threads = 1, .waiting = 2, .idle = kLong});
  ASSERT_TRUE(crew.run([&] {
    started.count_down();
    release.wait();
  }));
  started.wait();
  EXPECT_TRUE(crew.run([&ran] { ++ran; }));
  EXPECT_TRUE(crew.run([&ran] { ++ran; }));
  EXPECT_FALSE(crew.run([&ran] { ++ran; }));
  release.count_down();
  crew.close();
  EXPECT_EQ(ran, 2);
}

TEST(Crew, EndsThreadsThatHaveNothingToDo) {
  Crew crew({.threads = 2, .waiting = 8, .idle = kAtOnce});
  for (int turn = 0; turn < 3; ++turn) {
    std::latch ran(2);
    EXPECT_TRUE(crew.run([&ran] { ran.count_down(); }));
    EXPECT_TRUE(crew.run([&ran] { ran.count_down(); }));
    ran.wait();
    while (crew.threads() > 0) {
      std::this_thread::yield();
    }
  }
}

TEST(Crew, RunsWhatWaitsWhenItCloses) {
  std::atomic<int> ran = 0;
  Crew crew({.threads = 1, .waiting = 16, .idle = kLong});
  for (int task = 0; task < 16; ++task) {
    EXPECT_TRUE(crew.run([&ran] { ++ran; }));
  }
  crew.close();
  EXPECT_EQ(ran, 16);
  EXPECT_EQ(crew.threads(), 0U);
  EXPECT_FALSE(crew.run([] { ADD_FAILURE() << "it is closed"; }));
}

TEST(Crew, LetsGoOfWhatATaskHeld) {
  Crew crew({.threads = 1, .waiting = 1, .idle = kLong});
  auto held = std::make_shared<int>(0);
  const std::weak_ptr<int> watched = held;
  EXPECT_TRUE(crew.run([held = std::move(held)] {}));
  while (!watched.expired()) {
    std::this_thread::yield();
  }
}

TEST(Crew, ServesManyCallersWithThreadsThatComeAndGo) {
  constexpr std::size_t kCallers = 4, kTurns = 500;
  std::atomic<std::size_t> ran = 0, refused = 0;
  Crew crew({.threads = 3, .waiting = 2, .idle = kAtOnce});
  {
    std::vector<std::jthread> callers;
    for (std::size_t caller = 0; caller < kCallers; ++caller) {
      callers.emplace_back([&] {
        for (std::size_t turn = 0; turn < kTurns; ++turn) {
          refused += crew.run([&ran] { ++ran; }) ? 0U : 1U;
          EXPECT_LE(crew.threads(), 3U);
        }
      });
    }
  }
  crew.close();
  EXPECT_EQ(ran + refused, kCallers * kTurns);
}

}  // namespace
}  // namespace countersign::registry

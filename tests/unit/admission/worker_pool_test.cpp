// SPDX-License-Identifier: Apache-2.0
#include "countersign/admission/worker_pool.h"

#include <atomic>
#include <latch>
#include <thread>

#include <gtest/gtest.h>

namespace countersign::admission {
namespace {

std::vector<std::function<void()>> repeated(std::size_t times, const std::function<void()>& part) {
  return std::vector<std::function<void()>>(times, part);
}

TEST(WorkerPool, RunsEveryPartOnceBeforeItReturns) {
  WorkerPool pool(4, 1);
  for (const std::size_t parts : {0U, 1U, 2U, 100U}) {
    std::atomic<std::size_t> ran = 0;
    pool.run_all(repeated(parts, [&ran] { ++ran; }));
    EXPECT_EQ(ran, parts);
  }
}

TEST(WorkerPool, FansOutFromEveryWorkerAtOnceWithoutADeadlock) {
  constexpr std::size_t kThreads = 2;
  std::atomic<std::size_t> ran = 0;
  std::latch all_busy(kThreads);
  std::latch done(kThreads);
  WorkerPool pool(kThreads, 64);  // the last: its end waits for tasks that use the others
  for (std::size_t task = 0; task < kThreads; ++task) {
    ASSERT_TRUE(pool.submit([&] {
      all_busy.arrive_and_wait();  // from here on no worker is idle
      pool.run_all(repeated(8, [&] { pool.run_all(repeated(4, [&ran] { ++ran; })); }));
      done.count_down();
    }));
  }
  done.wait();
  EXPECT_EQ(ran, kThreads * 8 * 4);
}

TEST(WorkerPool, UsesIdleWorkers) {
  std::latch both(2);  // each part waits for the other, so that two threads are needed
  WorkerPool pool(1, 1);
  pool.run_all(repeated(2, [&both] { both.arrive_and_wait(); }));
}

TEST(WorkerPool, StartsNoThreadBeforeThereIsWork) {
  WorkerPool pool(8, 8);
  pool.run_all(repeated(1, [] {}));  // has this thread
  EXPECT_EQ(pool.threads(), 0U);
}

TEST(WorkerPool, StartsAThreadWhenATaskWaitsAndNoneIsIdle) {
  constexpr std::size_t kTasks = 8;
  std::latch all(kTasks + 1);  // each task waits for the others, so that each needs a thread
  WorkerPool pool(kTasks, kTasks);
  for (std::size_t task = 1; task <= kTasks; ++task) {
    ASSERT_TRUE(pool.submit([&all] { all.arrive_and_wait(); }));
    EXPECT_EQ(pool.threads(), task);
  }
  all.arrive_and_wait();
}

TEST(WorkerPool, StartsNoMoreThanItsLimit) {
  std::latch release(1);
  WorkerPool pool(3, 64);
  for (int task = 0; task < 64; ++task) {
    ASSERT_TRUE(pool.submit([&release] { release.wait(); }));
  }
  EXPECT_EQ(pool.threads(), 3U);
  release.count_down();
}

TEST(WorkerPool, EndsIdleThreadsAndStartsThemAgain) {
  constexpr std::size_t kTasks = limits::kWorkersKept + 4;
  WorkerPool pool(kTasks, kTasks, std::chrono::milliseconds(0));
  for (int crowd = 0; crowd < 20; ++crowd) {
    std::latch all(kTasks + 1);
    std::latch done(kTasks);
    for (std::size_t task = 0; task < kTasks; ++task) {
      ASSERT_TRUE(pool.submit([&] {
        all.arrive_and_wait();
        done.count_down();
      }));
    }
    all.arrive_and_wait();
    done.wait();
    while (pool.threads() > limits::kWorkersKept) {
      std::this_thread::yield();
    }
    EXPECT_EQ(pool.threads(), limits::kWorkersKept);
  }
}

TEST(WorkerPool, RefusesATaskWhenTheQueueIsFull) {
  std::latch started(1);
  std::latch release(1);
  WorkerPool pool(1, 2);
  ASSERT_TRUE(pool.submit([&] {
    started.count_down();
    release.wait();
  }));
  started.wait();
  EXPECT_TRUE(pool.submit([] {}));
  EXPECT_TRUE(pool.submit([] {}));
  EXPECT_EQ(pool.queued(), 2U);
  EXPECT_FALSE(pool.submit([] { FAIL() << "was not taken"; }));
  release.count_down();
}

TEST(WorkerPool, AFullQueueDoesNotStopAFanOut) {
  WorkerPool pool(1, 0);
  std::atomic<int> ran = 0;
  EXPECT_FALSE(pool.submit([] {}));
  pool.run_all(repeated(3, [&ran] { ++ran; }));
  EXPECT_EQ(ran, 3);
}

TEST(WorkerPool, RunsWhatIsQueuedBeforeItEnds) {
  std::atomic<int> ran = 0;
  {
    WorkerPool pool(1, 16);
    for (int task = 0; task < 16; ++task) {
      ASSERT_TRUE(pool.submit([&ran] { ++ran; }));
    }
  }
  EXPECT_EQ(ran, 16);
}

}  // namespace
}  // namespace countersign::admission

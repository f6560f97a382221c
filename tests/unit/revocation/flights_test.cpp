// SPDX-License-Identifier: Apache-2.0
#include "revocation/flights.h"

#include <atomic>
#include <latch>
#include <stdexcept>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "support/fixed_clock.h"

namespace countersign::revocation {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

class FlightsTest : public testing::Test {
 protected:
  test::FixedClock clock_;
  Flights flights_{clock_};
};

TEST_F(FlightsTest, OneFliesAtATime) {
  auto seat = flights_.take_off("a");
  ASSERT_TRUE(seat);
  EXPECT_FALSE(flights_.take_off("a"));
  EXPECT_TRUE(flights_.take_off("b"));
  seat.reset();
  EXPECT_TRUE(flights_.take_off("a"));
}

TEST_F(FlightsTest, ASeatThatMovesStaysTaken) {
  auto seat = flights_.take_off("a");
  ASSERT_TRUE(seat);
  {
    const Flights::Seat moved = std::move(*seat);
    seat.reset();
    EXPECT_FALSE(flights_.take_off("a"));
  }
  EXPECT_TRUE(flights_.take_off("a"));
}

TEST_F(FlightsTest, WhoeverThrowsHasLanded) {
  EXPECT_THROW(
      {
        const auto seat = flights_.take_off("a");
        throw std::runtime_error("lost");
      },
      std::runtime_error);
  EXPECT_TRUE(flights_.take_off("a"));
}

TEST_F(FlightsTest, NobodyWaitsForNobody) { flights_.wait("a", clock_.in(hours(1))); }

TEST_F(FlightsTest, AWaiterLeavesAtHisDeadline) {
  const auto seat = flights_.take_off("a");
  flights_.wait("a", clock_.in(milliseconds(0)));
  flights_.wait("a", clock_.in(milliseconds(1)));
  EXPECT_FALSE(flights_.take_off("a"));
}

TEST_F(FlightsTest, AllWaitersAreWoken) {
  auto seat = flights_.take_off("a");
  std::atomic<int> flown = 0;
  std::latch started(8);
  std::vector<std::thread> waiters;
  for (int i = 0; i < 8; ++i) {
    waiters.emplace_back([&] {
      started.count_down();
      for (;;) {
        flights_.wait("a", clock_.in(hours(1)));
        if (const auto next = flights_.take_off("a")) {
          ++flown;
          return;
        }
      }
    });
  }
  started.wait();
  seat.reset();
  for (auto& waiter : waiters) {
    waiter.join();
  }
  EXPECT_EQ(flown, 8);
}

}  // namespace
}  // namespace countersign::revocation

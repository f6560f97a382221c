// SPDX-License-Identifier: Apache-2.0
#include "app/event_queue.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

namespace countersign::app {
namespace {

using std::chrono::milliseconds;

cluster::Event denial(std::string object, std::string message = "m") {
  cluster::Event event;
  event.name_space = "shop";
  event.object = {"v1", "Pod", std::move(object)};
  event.reason = "IMAGE_DENIED";
  event.message = std::move(message);
  return event;
}

struct EventQueueTest : testing::Test {
  EventQueue queue{30};
  std::chrono::milliseconds passed{};
  Moment now() const {
    return {Time(std::chrono::floor<std::chrono::seconds>(passed)),
            Tick(std::chrono::hours(1)) + passed};
  }
  void add(const std::string& object, const std::string& message = "m") {
    queue.add(denial(object, message), "e" + std::to_string(++names), now());
  }
  // "object count", of each event that is due.
  std::vector<std::string> take() {
    std::vector<std::string> taken;
    for (const auto& event : queue.take(now())) {
      taken.push_back(event.object.name + " " + std::to_string(event.count));
    }
    return taken;
  }
  using Taken = std::vector<std::string>;
  int names = 0;
};

TEST_F(EventQueueTest, TheFirstIsWrittenAtOnce) {
  EXPECT_FALSE(queue.next());
  add("a");
  EXPECT_EQ(queue.next(), Tick::min());
  const auto events = queue.take(now());
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].name, "e1");
  EXPECT_EQ(events[0].first, now().now);
  EXPECT_EQ(events[0].last, now().now);
  EXPECT_EQ(take(), Taken{});
}

TEST_F(EventQueueTest, EqualOnesWithinAMinuteBecomeOne) {
  add("a");
  EXPECT_EQ(take(), Taken{"a 1"});
  for (int count = 0; count < 500; ++count) {
    passed += milliseconds(100);
    add("a", "of request " + std::to_string(count));
    EXPECT_EQ(take(), Taken{});
  }
  EXPECT_EQ(queue.next(), Tick(std::chrono::hours(1)) + limits::kEventTogether);
  passed = limits::kEventTogether;
  const auto events = queue.take(now());
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].count, 500U);
  EXPECT_EQ(events[0].first, Time(std::chrono::seconds(0)));
  EXPECT_EQ(events[0].last, Time(std::chrono::seconds(50)));
  EXPECT_EQ(events[0].message, "of request 499");
  EXPECT_EQ(events[0].name, "e501") << "another than the first event's";
  EXPECT_FALSE(queue.next());
  add("a");
  EXPECT_EQ(take(), Taken{"a 1"});
}

TEST_F(EventQueueTest, OneThatComesLateEndsTheMinuteBefore) {
  add("a");
  add("a");
  EXPECT_EQ(take(), Taken{"a 1"});
  passed = limits::kEventTogether;
  add("a");
  EXPECT_EQ(take(), (Taken{"a 1", "a 1"}));
}

TEST_F(EventQueueTest, OthersAreOthers) {
  add("a");
  add("b");
  auto elsewhere = denial("a");
  elsewhere.name_space = "bank";
  queue.add(elsewhere, "x", now());
  auto otherwise = denial("a");
  otherwise.reason = "REVOKED";
  queue.add(otherwise, "y", now());
  EXPECT_EQ(take(), (Taken{"a 1", "b 1", "a 1", "a 1"}));
}

TEST_F(EventQueueTest, WritesNoMoreThanItsRate) {
  for (int count = 0; count < 100; ++count) {
    add("pod-" + std::to_string(count));
  }
  EXPECT_EQ(take().size(), 30U);
  EXPECT_EQ(queue.lost(), 70U);
  passed += milliseconds(59'999);
  add("x");
  EXPECT_EQ(take().size(), 0U);
  passed += milliseconds(1);
  add("y");
  EXPECT_EQ(take(), Taken{"y 1"});
}

TEST_F(EventQueueTest, HoldsNoMoreThanItsRoom) {
  for (std::size_t count = 0; count < 10 * limits::kEventsWaiting; ++count) {
    add("pod-" + std::to_string(count));
  }
  EXPECT_GE(queue.lost(), 9 * limits::kEventsWaiting);
  EXPECT_EQ(take().size(), 30U);
}

}  // namespace
}  // namespace countersign::app

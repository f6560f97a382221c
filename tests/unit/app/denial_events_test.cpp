// SPDX-License-Identifier: Apache-2.0
#include "app/denial_events.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "support/fixed_clock.h"

// What is written, and how often, is tested in event_queue_test.cpp and, with a real API server, in
// tests/e2e. Here is nobody who answers.
namespace countersign::app {
namespace {

kube::Review review() {
  kube::Review review;
  review.uid = "u";
  review.name_space = "shop";
  review.name = "web-*";
  review.resource = "pods";
  return review;
}

kube::Answer denial() {
  kube::Answer answer;
  answer.message = "1 of 1 images rejected\nmore";
  return answer;
}

struct DenialEventsTest : testing::Test {
  test::FixedClock clock;
  std::unique_ptr<log::Logger> logger = log::make_silent_logger();
  ClusterAccess access{{.server = cluster::ApiServer::parse("https://127.0.0.1:1").value(),
                        .token_file = "/nowhere/token"},
                       clock};
  std::unique_ptr<DenialEvents> events = DenialEvents::create({}, access, clock, *logger).value();

  // Of which none can be written: there is no token.
  std::size_t failed_after(std::size_t count) {
    while (events->counters().failed < count) {
      std::this_thread::yield();
    }
    return events->counters().failed;
  }
};

TEST_F(DenialEventsTest, NeedsACluster) {
  ClusterAccess nowhere({}, clock);
  EXPECT_EQ(DenialEvents::create({}, nowhere, clock, *logger).error().reason, Reason::BadConfig);
}

TEST_F(DenialEventsTest, AreAboutDenialsOfPods) {
  auto dry = review();
  dry.dry_run = true;
  events->denied(dry, denial(), Reason::ImageDenied);
  auto allowed = denial();
  allowed.allowed = true;
  events->denied(review(), allowed, Reason::ImageDenied);
  auto nowhere = review();
  nowhere.name_space.clear();
  events->denied(nowhere, denial(), Reason::ImageDenied);
  auto other = review();
  other.resource = "deployments";
  events->denied(other, denial(), Reason::ImageDenied);
  auto debug = review();
  debug.resource = "pods/ephemeralcontainers";
  events->denied(debug, denial(), Reason::ImageDenied);
  EXPECT_EQ(failed_after(1), 1U);
  events->denied(other, denial(), Reason::ImageDenied,
                 cluster::Involved{"apps/v1", "ReplicaSet", "web"});
  EXPECT_EQ(failed_after(2), 2U);
}

TEST_F(DenialEventsTest, NeverKeepADecisionWaiting) {
  for (int count = 0; count < 10'000; ++count) {
    auto one = review();
    one.name = "web-" + std::to_string(count);
    events->denied(one, denial(), Reason::ImageDenied);
  }
  const auto counters = events->counters();
  EXPECT_EQ(counters.written, 0U);
  EXPECT_LE(counters.failed, 30U) << "the rate";
}

TEST(DenialEvents, TellTheSummary) {
  EXPECT_EQ(first_line("a\nb"), "a");
  EXPECT_EQ(first_line("a"), "a");
  EXPECT_EQ(first_line(""), "");
}

}  // namespace
}  // namespace countersign::app

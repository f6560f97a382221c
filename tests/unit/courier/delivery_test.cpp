// SPDX-License-Identifier: Apache-2.0
#include "courier/delivery.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "unit/courier/courier_bed.h"

namespace countersign::courier {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::answer;
using Batches = std::vector<std::size_t>;

class DeliveryTest : public testing::Test {
 protected:
  std::vector<Result<net::Response>> deliver(const std::vector<net::Request>& requests,
                                             Deadline deadline) {
    const Means means{bed_.slow, bed_.patience, bed_.told, bed_.clock};
    return Delivery(means, hosts_, requests, deadline).run();
  }
  std::vector<Result<net::Response>> deliver(const std::vector<net::Request>& requests) {
    return deliver(requests, bed_.soon());
  }

  void open_breaker(const std::string& url) {
    for (std::size_t count = 0; count < limits::kBreakerFailures; ++count) {
      bed_.http.expect(url, unavailable());
      deliver({post(url)});
    }
  }

  CourierBed bed_;
  Hosts hosts_;
};

const std::string kA = "https://a.example/", kB = "https://b.example/";

TEST_F(DeliveryTest, SendsAllAtOnceThenWhatFailedAndAnswersInOrder) {
  // What goes to one host goes together.
  bed_.http.expect(kA + "1", answer(503))
      .expect(kA + "3", answer(200, {}, "three"))
      .expect(kA + "4", answer(404))
      .expect(kB + "2", unavailable())
      .expect(kA + "1", answer(200, {}, "one"))
      .expect(kB + "2", answer(200, {}, "two"));
  const auto results = deliver({get(kA + "1"), get(kB + "2"), get(kA + "3"), get(kA + "4")});
  ASSERT_TRUE(std::ranges::all_of(results, &Result<net::Response>::has_value));
  EXPECT_EQ(results[0]->body, "one");
  EXPECT_EQ(results[1]->body, "two");
  EXPECT_EQ(results[2]->body, "three");
  EXPECT_EQ(results[3]->status, 404);
  EXPECT_EQ(bed_.http.batches(), (Batches{4, 2}));
}

TEST_F(DeliveryTest, HasNothingToDoForNothing) {
  EXPECT_TRUE(deliver({}).empty());
  EXPECT_TRUE(bed_.http.batches().empty());
}

TEST_F(DeliveryTest, RefusesWhatIsNoUrlAndSendsTheRest) {
  bed_.http.expect(kA, answer(200));
  const auto results = deliver({get("a.example/"), get(kA)});
  EXPECT_EQ(results[0].error().reason, Reason::Internal);
  EXPECT_EQ(results[1]->status, 200);
}

TEST_F(DeliveryTest, GivesEachExchangeItsOwnTime) {
  auto hurried = get(kA + "1");
  hurried.wait = milliseconds(50);
  auto patient = get(kA + "2");
  patient.wait = seconds(60);
  bed_.http.expect(kA + "1", answer(200))
      .expect(kA + "2", answer(200))
      .expect(kA + "3", answer(200));
  deliver({hurried, patient, get(kA + "3")});
  EXPECT_EQ(bed_.http.seen()[0].wait, milliseconds(50));
  EXPECT_EQ(bed_.http.seen()[1].wait, milliseconds(limits::kExchangeWait));
  EXPECT_EQ(bed_.http.seen()[2].wait, milliseconds(limits::kExchangeWait));
}

TEST_F(DeliveryTest, ABatchThatFailsIsOneFailure) {
  bed_.slow.takes = seconds(3);
  std::vector<net::Request> requests;
  for (std::size_t count = 0; count < 2 * limits::kBreakerFailures; ++count) {
    requests.push_back(get(kA));
    bed_.http.expect(kA, unavailable());
  }
  deliver(requests, bed_.clock.in(seconds(3)));  // no time for a second attempt
  EXPECT_TRUE(bed_.told.changes.empty());
}

TEST_F(DeliveryTest, OneOfABatchTriesAndTheOthersFollow) {
  open_breaker(kA);
  bed_.clock.advance(limits::kBreakerPause);
  bed_.http.expect(kA + "1", answer(200))
      .expect(kA + "2", answer(200))
      .expect(kA + "3", answer(200));
  const auto before = bed_.http.batches().size();
  const auto results = deliver({get(kA + "1"), get(kA + "2"), get(kA + "3")});
  EXPECT_EQ(results[2]->status, 200);
  EXPECT_EQ(
      Batches(bed_.http.batches().begin() + static_cast<long>(before), bed_.http.batches().end()),
      (Batches{1, 2}));
}

TEST_F(DeliveryTest, WhenTheOneFailsTheOthersAreRefused) {
  open_breaker(kA);
  bed_.clock.advance(limits::kBreakerPause);
  bed_.http.expect(kA + "1", answer(503)).expect(kB, answer(200));
  // The pause has doubled: two seconds, which neither has.
  const auto results = deliver({get(kA + "1"), get(kA + "2"), get(kB)}, bed_.clock.in(seconds(1)));
  EXPECT_EQ(results[0]->status, 503);  // the last answer says more than the refusal
  EXPECT_EQ(results[1].error().reason, Reason::RegistryUnavailable);
  EXPECT_EQ(results[2]->status, 200);
}

TEST_F(DeliveryTest, AnAttemptThatLearnsNothingLeavesTheNextItsTurn) {
  open_breaker(kA);
  bed_.clock.advance(limits::kBreakerPause);
  bed_.http.expect(kA, fail(Reason::AddressNotAllowed, "")).expect(kA, answer(200));
  EXPECT_FALSE(deliver({get(kA)})[0]);
  EXPECT_EQ(deliver({get(kA)})[0]->status, 200);
}

TEST_F(DeliveryTest, WaitsAgainWhenTheHostWantsMoreQuiet) {
  bed_.http.expect(kA, answer(429, {{"retry-after", "2"}}))
      .expect(kA, answer(429, {{"retry-after", "3"}}))
      .expect(kA, answer(429, {{"retry-after", "9"}}));
  EXPECT_EQ(deliver({get(kA)})[0]->status, 429);
  EXPECT_EQ(bed_.patience.waits(),
            (std::vector<milliseconds>{milliseconds(2'100), milliseconds(3'200)}));
}

TEST_F(DeliveryTest, TriesNothingAnewWhenNobodyWouldHearOfIt) {
  bed_.http.expect(kA, answer(429, {{"retry-after", "2"}}));
  const auto until = bed_.clock.tick() + seconds(1);
  EXPECT_EQ(deliver({get(kA)}, bed_.clock.in(seconds(10)).trying_until(until))[0]->status, 429);
  EXPECT_TRUE(bed_.patience.waits().empty());
}

TEST_F(DeliveryTest, KeepsTheLastAnswerWhenTheHostIsClosedMeanwhile) {
  bed_.http.expect(kA + "1", answer(500)).expect(kA + "2", answer(429, {{"retry-after", "60"}}));
  const auto results = deliver({get(kA + "1"), get(kA + "2")});
  EXPECT_EQ(results[0]->status, 500);
  EXPECT_EQ(results[1]->status, 429);
}

}  // namespace
}  // namespace countersign::courier

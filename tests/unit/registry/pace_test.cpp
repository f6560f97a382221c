// SPDX-License-Identifier: Apache-2.0
#include "registry/pace.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <thread>

#include <gtest/gtest.h>

#include "support/fixed_clock.h"
#include "support/gate_transport.h"
#include "support/patience.h"
#include "support/scripted_transport.h"

namespace countersign::registry {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

net::Request request(std::string_view kind) {
  net::Request request;
  request.url = "https://h/" + std::string(kind);
  request.kind = kind;
  request.max_response = 1;
  return request;
}

TEST(Bucket, GivesABurstAndThenOneAtATime) {
  Bucket bucket(60, 3);
  const Tick start(std::chrono::hours(1));
  const auto latest = start + minutes(1);
  for (const int second : {0, 0, 0, 1, 2}) {
    EXPECT_EQ(bucket.take(1, start, latest), start + seconds(second));
  }
  EXPECT_EQ(bucket.take(2, start, latest), start + seconds(4));
  // Two seconds of quiet pay two of what was taken in advance.
  EXPECT_EQ(bucket.take(1, start + seconds(2), latest), start + seconds(5));
  EXPECT_EQ(bucket.take(3, start + seconds(60), latest), start + seconds(60)) << "full, not more";
  EXPECT_EQ(bucket.take(1, start + seconds(60), start + seconds(61)), start + seconds(61));
}

TEST(Bucket, WhatIsTooLateTakesNothing) {
  Bucket bucket(60, 1);
  const Tick start(std::chrono::hours(1));
  EXPECT_EQ(bucket.take(1, start, start), start);
  EXPECT_EQ(bucket.take(1, start, start + milliseconds(999)), std::nullopt);
  EXPECT_EQ(bucket.take(5, start, start + seconds(4)), std::nullopt);
  EXPECT_EQ(bucket.take(1, start, start + seconds(1)), start + seconds(1));
}

class PaceTest : public testing::Test {
 protected:
  std::unique_ptr<test::Patience> borrow() {
    auto patience = std::make_unique<test::Patience>(clock_);
    patience_ = patience.get();
    return patience;
  }
  // The reason, or "" for a turn.
  static std::string shown(const Result<void>& turn) {
    return turn ? std::string() : std::string(wire_name(turn.error().reason));
  }
  void drain(Pace& pace) {
    EXPECT_EQ(shown(pace.await(limits::kReferrersBurst, clock_.in(seconds(1)))), "");
  }
  test::FixedClock clock_;
  test::Patience* patience_ = nullptr;
};

TEST_F(PaceTest, WithoutALimitNobodyWaits) {
  Pace pace(0, borrow(), clock_);
  EXPECT_EQ(shown(pace.await(1'000'000, clock_.in(milliseconds(1)))), "");
  EXPECT_TRUE(patience_->waits().empty());
}

TEST_F(PaceTest, WhoHasTheTimeWaitsAndOthersHearAtOnce) {
  Pace pace(60, borrow(), clock_);
  drain(pace);
  EXPECT_TRUE(patience_->waits().empty());
  EXPECT_EQ(shown(pace.await(1, clock_.in(seconds(1) + limits::kAnswerReserve))), "");
  EXPECT_EQ(patience_->waits(), (std::vector<milliseconds>{seconds(1)}));
  EXPECT_EQ(shown(pace.await(1, clock_.in(seconds(1)))), "REGISTRY_THROTTLED");
  EXPECT_EQ(shown(pace.await(0, clock_.in(seconds(1)))), "");
  EXPECT_EQ(patience_->waits().size(), 1U);
  // A look that goes on for others tells its first caller while he is there.
  const auto look = clock_.in(minutes(1)).trying_until(clock_.tick() + milliseconds(999));
  EXPECT_EQ(shown(pace.await(1, look)), "REGISTRY_THROTTLED");
  const auto turn = pace.await(1, clock_.in(milliseconds(1)));
  EXPECT_NE(turn.error().detail.find("60 lists"), std::string::npos);
}

TEST_F(PaceTest, ItsEndEndsAllWaits) {
  Pace pace(60, borrow(), clock_);
  drain(pace);
  pace.close();
  EXPECT_EQ(shown(pace.await(1, clock_.in(minutes(1)))), "OVERLOADED");
  clock_.advance(minutes(1));
  EXPECT_EQ(shown(pace.await(1, clock_.in(minutes(1)))), "") << "who need not wait may go on";
}

TEST_F(PaceTest, OnlyListsOfReferrersArePaced) {
  test::ScriptedTransport http;
  Pace pace(60, borrow(), clock_);
  PacedTransport paced(http, pace);
  drain(pace);
  const auto referrers = request("referrers");
  const auto tag = request("referrersTag");
  const auto manifest = request("manifest");
  http.expect(tag.url, test::answer(404)).expect(manifest.url, test::answer(200));
  const std::vector<net::Request> batch{tag, referrers, manifest};
  const auto shed = paced.send_all(batch, clock_.in(milliseconds(500)));
  ASSERT_EQ(shed.size(), 3U);
  EXPECT_EQ(shed[0]->status, 404);
  EXPECT_EQ(shed[1].error().reason, Reason::RegistryThrottled);
  EXPECT_EQ(shed[2]->status, 200);
  EXPECT_EQ(paced.send_all({&referrers, 1}, clock_.in(milliseconds(500)))[0].error().reason,
            Reason::RegistryThrottled);
  http.expect(tag.url, test::answer(404))
      .expect(referrers.url, test::answer(200))
      .expect(manifest.url, test::answer(200));
  EXPECT_EQ(paced.send_all(batch, clock_.in(minutes(1)))[1]->status, 200);
  EXPECT_EQ(patience_->waits(), (std::vector<milliseconds>{seconds(1)}));
  EXPECT_EQ(http.batches(), (std::vector<std::size_t>{2, 3}));
}

TEST_F(PaceTest, ItsTransportsEndIsItsOwn) {
  test::GateTransport gate([](const net::Request&) { return test::answer(200); });
  Pace pace(60, borrow(), clock_);
  PacedTransport paced(gate, pace);
  drain(pace);
  paced.close();
  const auto referrers = request("referrers");
  EXPECT_EQ(paced.send(referrers, clock_.in(minutes(1))).error().reason, Reason::Overloaded);
  EXPECT_EQ(paced.send(request("blob"), clock_.in(minutes(1))).error().reason, Reason::Overloaded);
}

// Patience of many threads; time passes when the test says so.
class Crowd final : public courier::Patience {
 public:
  explicit Crowd(test::FixedClock& clock) : clock_(clock) {}

  bool wait(milliseconds pause) override {
    std::unique_lock lock(mutex_);
    const auto due = clock_.tick() + pause;
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return ended_ || clock_.tick() >= due; });
    --waiting_;
    changed_.notify_all();
    return !ended_;
  }
  double chance() override { return 0; }
  void end() override {
    change([this] { ended_ = true; });
  }

  void advance(milliseconds time) {
    change([&] { clock_.advance(time); });
  }
  void note(std::string outcome) {
    change([&] { outcomes_[std::move(outcome)] += 1; });
  }
  // A test that is right waits for microseconds; one that is wrong fails instead of hanging.
  void await(std::size_t waiting, std::map<std::string, int> outcomes) {
    std::unique_lock lock(mutex_);
    const bool came = changed_.wait_for(
        lock, minutes(1), [&] { return waiting_ == waiting && outcomes_ == outcomes; });
    EXPECT_TRUE(came) << waiting_ << " wait, and not " << waiting;
    ended_ = ended_ || !came;
  }

 private:
  template <class Change>
  void change(Change what) {
    const std::scoped_lock lock(mutex_);
    what();
    changed_.notify_all();
  }

  test::FixedClock& clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ended_ = false;
  std::size_t waiting_ = 0;
  std::map<std::string, int> outcomes_;
};

TEST_F(PaceTest, ACrowdIsServedOneAfterTheOtherOrShed) {  // AZ-50
  auto owned = std::make_unique<Crowd>(clock_);
  auto& crowd = *owned;
  test::GateTransport gate([](const net::Request&) { return test::answer(200); });
  Pace pace(limits::kAcrReferrersPerMinute, std::move(owned), clock_);
  PacedTransport paced(gate, pace);
  drain(pace);
  const auto deadline = clock_.in(seconds(5));
  std::vector<std::jthread> callers;
  for (int number = 0; number < 20; ++number) {
    callers.emplace_back([&] {
      const auto answer = paced.send(request("referrers"), deadline);
      crowd.note(answer ? "answered" : std::string(wire_name(answer.error().reason)));
    });
  }
  // Three a second: fourteen fit into what is left of five seconds.
  crowd.await(14, {{"REGISTRY_THROTTLED", 6}});
  milliseconds passed{};
  for (int served = 1; served <= 13; ++served) {
    const auto due = std::chrono::ceil<milliseconds>(served * std::chrono::nanoseconds(minutes(1)) /
                                                     limits::kAcrReferrersPerMinute);
    crowd.advance(due - passed);
    passed = due;
    crowd.await(14U - static_cast<unsigned>(served),
                {{"REGISTRY_THROTTLED", 6}, {"answered", served}});
    EXPECT_EQ(gate.requests(), static_cast<std::size_t>(served));
  }
  paced.close();
  crowd.await(0, {{"REGISTRY_THROTTLED", 6}, {"answered", 13}, {"OVERLOADED", 1}});
}

// Azure Container Registry, as one identity sees it: so many lists in any minute, and beyond it 429
// with a Retry-After that counts down.
class Throttling final : public net::HttpTransport {
 public:
  explicit Throttling(const Clock& clock) : clock_(clock) {}
  std::vector<Result<net::Response>> send_all(std::span<const net::Request> requests,
                                              Deadline) override {
    std::vector<Result<net::Response>> answers;
    for (std::size_t count = 0; count < requests.size(); ++count) {
      answers.emplace_back(answer());
    }
    return answers;
  }

  static constexpr std::size_t kGranted = 250;
  std::size_t lists = 0;
  std::size_t refused = 0;

  void spend() { recent_.assign(kGranted, clock_.tick()); }  // by another with our identity

 private:
  net::Response answer() {
    const auto now = clock_.tick();
    while (!recent_.empty() && now - recent_.front() >= minutes(1)) {
      recent_.pop_front();
    }
    if (recent_.size() >= kGranted) {
      ++refused;
      const auto rest = std::chrono::ceil<seconds>(minutes(1) - (now - recent_.front()));
      return test::answer(429, {{"retry-after", std::to_string(rest.count())}});
    }
    recent_.push_back(now);
    ++lists;
    return test::answer(200);
  }
  const Clock& clock_;
  std::deque<Tick> recent_;
};

class ThrottledTest : public PaceTest {
 protected:
  std::string list(seconds time) {
    const auto answer = paced_.send(request("referrers"), clock_.in(time));
    return answer ? std::to_string(answer->status) : std::string(wire_name(answer.error().reason));
  }
  Throttling registry_{clock_};
  test::Patience courier_patience_{clock_, 0};
  courier::SilentObserver nobody_;
  courier::Courier courier_{registry_, courier_patience_, nobody_, clock_};
  Pace pace_{limits::kAcrReferrersPerMinute, borrow(), clock_};
  PacedTransport paced_{courier_, pace_};
};

TEST_F(ThrottledTest, OurLimitKeepsUnderTheRegistrys) {  // AZ-50
  const auto end = clock_.tick() + minutes(5);
  std::size_t answered = 0;
  while (clock_.tick() < end) {  // as fast as it can
    EXPECT_EQ(list(seconds(5)), "200");
    ++answered;
  }
  EXPECT_EQ(registry_.refused, 0U);
  EXPECT_EQ(registry_.lists, answered);
  EXPECT_GE(answered, 5 * limits::kAcrReferrersPerMinute);
}

TEST_F(ThrottledTest, WhileTheRegistryRefusesNobodyAsksIt) {  // AZ-50
  registry_.spend();
  EXPECT_EQ(list(seconds(5)), "429");
  for (int second = 0; second < 54; ++second) {
    EXPECT_EQ(list(seconds(5)), "REGISTRY_THROTTLED") << second;
    clock_.advance(seconds(1));
  }
  EXPECT_EQ(registry_.refused, 1U);
  EXPECT_EQ(list(seconds(10)), "200") << "who can wait for its end does";
  EXPECT_EQ(registry_.refused, 1U);
  EXPECT_EQ(courier_patience_.waits(), (std::vector<milliseconds>{seconds(6)}));
}

}  // namespace
}  // namespace countersign::registry

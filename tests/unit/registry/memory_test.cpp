// SPDX-License-Identifier: Apache-2.0
#include "registry/memory.h"

#include <thread>

#include <gtest/gtest.h>

#include "support/fixed_clock.h"

namespace countersign::registry {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

using Numbers = Memory<int>;

constexpr seconds kLife{5};
constexpr seconds kAMinute{60};

class MemoryTest : public testing::Test {
 protected:
  static Numbers::Question question(std::string fact, std::string_view asker = "",
                                    std::optional<seconds> life = kLife) {
    return {.fact = std::move(fact), .asker = asker, .life = life};
  }

  // Answers itself at once.
  Result<int> ask(const Numbers::Question& asked, Result<int> found) {
    return memory_
        .get({&asked, 1}, clock_.in(kAMinute),
             [&](std::vector<Numbers::Seat> seats) { seats.front().land(found); })
        .front();
  }
  Result<int> ask_what_is_known(const Numbers::Question& asked) {
    return ask(asked, fail(Reason::Overloaded, "looked"));
  }

  // Keeps the seats until the test lands them.
  void begin(const Numbers::Question& asked, milliseconds budget = kAMinute) {
    memory_.expect(asked, clock_.in(budget), hold());
  }
  Numbers::Begin hold() {
    return [this](std::vector<Numbers::Seat> seats) {
      for (auto& seat : seats) {
        held_.push_back(std::move(seat));
      }
    };
  }
  void wait_for_others(std::size_t count) const {
    while (memory_.counters().shared < count) {
      std::this_thread::yield();
    }
  }

  test::FixedClock clock_;
  Numbers memory_{clock_,
                  {.facts = 1'000, .absences = 1'000},
                  {.bytes = [](const int&) { return std::size_t{0}; },
                   .empty = [](const int& value) { return value == 0; }}};
  std::vector<Numbers::Seat> held_;
};

TEST_F(MemoryTest, WhatIsForgottenIsLookedForAgain) {
  EXPECT_EQ(ask(question("a"), 1), 1);
  EXPECT_EQ(ask(question("none"), 0), 0);
  begin(question("under way"));
  for (const char* fact : {"a", "none", "under way", "unknown"}) {
    memory_.forget(fact);
  }
  held_.front().land(1);  // too late to be kept
  for (const char* fact : {"a", "none", "under way"}) {
    EXPECT_EQ(ask(question(fact), 2), 2) << fact;
  }
}

TEST_F(MemoryTest, AnswersFromWhatItKnowsWhileThatCounts) {
  EXPECT_EQ(ask(question("a"), 1), 1);
  clock_.advance(kLife - milliseconds(1));
  EXPECT_EQ(ask(question("a"), 2), 1);
  EXPECT_EQ(ask(question("b"), 3), 3);
  clock_.advance(milliseconds(1));
  EXPECT_EQ(ask(question("a", "", kAMinute), 2), 1) << "whoever wants less is served";
  EXPECT_EQ(ask(question("a"), 2), 2);
  clock_.advance(std::chrono::hours(1'000));
  EXPECT_EQ(ask(question("a", "", std::nullopt), 3), 2);
  const auto counters = memory_.counters();
  EXPECT_EQ(counters.looks, 3U);
  EXPECT_EQ(counters.hits, 3U);
  EXPECT_EQ(counters.shared, 0U);
}

TEST_F(MemoryTest, CountsTheLifeFromTheBeginOfTheLook) {
  begin(question("a"));
  clock_.advance(seconds(3));
  held_.front().land(1);
  clock_.advance(seconds(2));
  EXPECT_EQ(ask(question("a"), 2), 2);
}

TEST_F(MemoryTest, KeepsNoErrorButAbsences) {  // CCH-03
  for (const auto reason : all_reasons()) {
    const auto name = std::string(wire_name(reason));
    const bool kept = reason == Reason::ImageNotFound || reason == Reason::RegistryAuth;
    const auto asked = question(name, "", std::nullopt);
    EXPECT_EQ(ask(asked, fail(reason, "why")).error().reason, reason);
    clock_.advance(limits::kAbsenceLife - milliseconds(1));
    const auto again = ask(asked, 1);
    EXPECT_EQ(again.has_value(), !kept) << name;
    EXPECT_TRUE(again || again.error().detail == "why") << name;
    clock_.advance(milliseconds(1));
    EXPECT_EQ(ask(asked, 1), 1) << name;
  }
}

TEST_F(MemoryTest, TheNewerWordCounts) {
  const auto forever = question("a", "", std::nullopt);
  EXPECT_EQ(ask(question("a"), 1), 1);
  clock_.advance(kLife);
  EXPECT_FALSE(ask(question("a"), fail(Reason::ImageNotFound, "")));
  EXPECT_EQ(ask_what_is_known(forever).error().reason, Reason::ImageNotFound);
  memory_.learn("a", 2);
  EXPECT_EQ(ask_what_is_known(forever), 2);
}

TEST_F(MemoryTest, AnEmptyValueIsAnAbsence) {
  EXPECT_EQ(ask(question("a", "", std::nullopt), 0), 0);
  for (int number = 1; number < 100; ++number) {
    EXPECT_EQ(ask(question(std::to_string(number)), number), number);
  }
  EXPECT_EQ(ask_what_is_known(question("a", "", std::nullopt)), 0) << "displaced by values";
  clock_.advance(limits::kAbsenceLife);
  EXPECT_EQ(ask(question("a", "", std::nullopt), 7), 7);
}

TEST_F(MemoryTest, SharesValuesButNotAbsencesAmongAskers) {
  EXPECT_FALSE(ask(question("a", "eve"), fail(Reason::RegistryAuth, "")));
  EXPECT_EQ(ask_what_is_known(question("a", "eve")).error().reason, Reason::RegistryAuth);
  EXPECT_EQ(ask(question("a", "alice"), 1), 1);
  EXPECT_EQ(ask_what_is_known(question("a", "eve")), 1);
}

TEST_F(MemoryTest, DoesNotLetOneAskerWaitForAnother) {
  begin(question("a", "eve"));
  begin(question("a", "alice"));
  begin(question("a", "alice"));
  EXPECT_EQ(held_.size(), 2U);
}

TEST_F(MemoryTest, DoesNotJoinALookThatIsTooOld) {
  begin(question("a"));
  clock_.advance(kLife);
  begin(question("a"));
  ASSERT_EQ(held_.size(), 2U);
  begin(question("a", "", kAMinute));
  EXPECT_EQ(held_.size(), 2U) << "the newer one is joined";
  held_[0].land(1);
  begin(question("a"));
  EXPECT_EQ(held_.size(), 2U) << "the older one ended, not the newer";
  held_[1].land(2);
  EXPECT_EQ(ask_what_is_known(question("a")), 2);
}

TEST_F(MemoryTest, BeginsNothingWhenThereIsNoTime) {
  const auto asked = question("a");
  EXPECT_EQ(memory_.get({&asked, 1}, clock_.in(seconds(0)), hold()).front().error().reason,
            Reason::DeadlineExceeded);
  begin(asked, seconds(0));
  EXPECT_TRUE(held_.empty());
  memory_.learn("a", 1);
  EXPECT_EQ(memory_.get({&asked, 1}, clock_.in(seconds(0)), hold()).front(), 1);
}

TEST_F(MemoryTest, ALookHasTimeOfItsOwn) {
  begin(question("short"), milliseconds(1));
  begin(question("long"), kAMinute);
  EXPECT_EQ(held_[0].deadline().remaining(clock_), limits::kLookWait);
  EXPECT_EQ(held_[1].deadline().remaining(clock_), kAMinute);
}

TEST_F(MemoryTest, TakesWhatIsKnownJoinsWhatIsSoughtAndSeeksTheRestAtOnce) {
  memory_.learn("known", 1);
  begin(question("sought"));
  const std::vector<Numbers::Question> asked{question("new"), question("known"), question("sought"),
                                             question("other"), question("new")};
  std::size_t begun = 0;
  const auto answers =
      memory_.get(asked, clock_.in(kAMinute), [&](std::vector<Numbers::Seat> seats) {
        ++begun;
        ASSERT_EQ(seats.size(), 2U);
        for (auto& seat : seats) {
          seat.land(10 + static_cast<int>(seat.question()));
        }
        held_.front().land(2);
      });
  EXPECT_EQ(begun, 1U);
  const std::vector expected{10, 1, 2, 13, 10};
  EXPECT_TRUE(std::equal(answers.begin(), answers.end(), expected.begin(), expected.end()));
}

// CCH-08: who waited for a look gets its outcome, or, when only its time was up, begins his own.
TEST_F(MemoryTest, WhoWaitsGetsAnOutcomeHoweverTheLookEnds) {
  const struct {
    const char* name;
    std::function<void(std::vector<Numbers::Seat>&)> end;
    Result<int> expected;
  } rows[] = {
      {"found", [](auto& seats) { seats.front().land(1); }, 1},
      {"failed", [](auto& seats) { seats.front().land(Error{Reason::RegistryUnavailable, "x"}); },
       fail(Reason::RegistryUnavailable, "x")},
      {"threw", [](auto& seats) { seats.clear(); }, fail(Reason::Internal, "no outcome")},
      {"late",
       [this](auto& seats) {
         clock_.advance(kAMinute);
         seats.front().land(Error{Reason::DeadlineExceeded, "x"});
       },
       7},
      {"gave up early",
       [](auto& seats) { seats.front().land(Error{Reason::DeadlineExceeded, ""}); },
       fail(Reason::DeadlineExceeded, "")},
  };
  std::size_t waiting = 0;
  for (const auto& row : rows) {
    const auto asked = question(row.name, "", std::nullopt);
    begin(asked);
    std::optional<Result<int>> outcome;
    {
      const std::jthread follower([&] {
        outcome = memory_
                      .get({&asked, 1}, clock_.in(2 * kAMinute),
                           [&](std::vector<Numbers::Seat> seats) { seats.front().land(7); })
                      .front();
      });
      wait_for_others(++waiting);
      row.end(held_);
    }
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->has_value(), row.expected.has_value()) << row.name;
    EXPECT_EQ(outcome->value_or(0), row.expected.value_or(0)) << row.name;
    EXPECT_TRUE(*outcome || outcome->error().reason == row.expected.error().reason) << row.name;
    held_.clear();
  }
}

TEST_F(MemoryTest, ALookGoesOnWithoutItsCaller) {  // CCH-08
  const auto asked = question("a");
  EXPECT_EQ(memory_.get({&asked, 1}, clock_.in(milliseconds(1)), hold()).front().error().reason,
            Reason::DeadlineExceeded);
  held_.front().land(1);
  EXPECT_EQ(ask_what_is_known(asked), 1);
}

TEST_F(MemoryTest, StaysInItsRoom) {
  for (int number = 1; number < 1'000; ++number) {
    const auto fact = std::to_string(number);
    EXPECT_EQ(ask(question(fact), number), number);
    EXPECT_FALSE(ask(question("no " + fact), fail(Reason::ImageNotFound, std::string(50, 'x'))));
    ASSERT_LE(memory_.counters().bytes, 2'000U);
  }
  EXPECT_GT(memory_.counters().bytes, 1'000U);
}

TEST_F(MemoryTest, LooksForNothingForWhoDoesNotWait) {
  const auto at_once = [this](const std::string& fact) {
    const auto asked = question(fact);
    return memory_.get({&asked, 1}, Deadline::at_once(), hold()).front();
  };
  EXPECT_EQ(ask(question("known"), 1), 1);
  begin(question("looked for"));
  EXPECT_EQ(at_once("known"), 1);
  EXPECT_EQ(at_once("looked for").error().reason, Reason::DeadlineExceeded);
  EXPECT_EQ(at_once("unknown").error().reason, Reason::DeadlineExceeded);
  const auto expected = question("unknown");
  memory_.expect(expected, Deadline::at_once(), hold());
  EXPECT_EQ(held_.size(), 1U);
  held_.front().land(2);
  EXPECT_EQ(at_once("looked for"), 2);
}

}  // namespace
}  // namespace countersign::registry

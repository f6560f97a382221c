// SPDX-License-Identifier: Apache-2.0
#include "countersign/azure/token_keeper.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "unit/azure/keeper_bed.h"

namespace countersign::azure {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

TEST_F(TokenKeeperTest, AsksOnceForEachAudience) {
  EXPECT_EQ(keeper_.description(), "workload identity c of tenant t");
  EXPECT_TRUE(keeper_.states().empty());
  EXPECT_EQ(got(kVault), "token-1");
  EXPECT_EQ(got(kRegistry), "token-2");
  EXPECT_EQ(got(kVault), "token-1");
  EXPECT_EQ(got(kRegistry), "token-2");
  EXPECT_EQ(requests(), 2U);
  ASSERT_EQ(keeper_.states().size(), 2U);
  EXPECT_EQ(state(0).audience, kRegistry);
  EXPECT_EQ(state(1).audience, kVault);
  EXPECT_EQ(state(1).left, seconds(3'600));
  EXPECT_EQ(state(1).requests, 1U);
  EXPECT_EQ(state(1).failures, 0U);
  EXPECT_FALSE(state(1).failure);
}

TEST_F(TokenKeeperTest, AsksOnceForFiftyAtATime) {  // AZ-09
  for (const auto& result : crowd(50)) {
    EXPECT_EQ(result, "token-1");
  }
  EXPECT_EQ(requests(), 1U);
  EXPECT_EQ(state().requests, 1U);
}

TEST_F(TokenKeeperTest, TellsAFailureToAllWhoWait) {
  answer_with(503);
  for (const auto& result : crowd(50)) {
    EXPECT_EQ(result, "AZURE_IDENTITY_UNAVAILABLE");
  }
  EXPECT_EQ(requests(), 1U);
}

TEST_F(TokenKeeperTest, RenewsWhenAzureAdvisesAndKeepsTheOldWhileItFails) {  // AZ-10
  answer_ = [](const net::Request&) {
    return test::answer(200, {}, token_body("old", R"(,"refresh_in":1800)"));
  };
  EXPECT_EQ(got(), "old");
  clock_.advance(seconds(1'799));
  EXPECT_EQ(got(), "old");
  EXPECT_EQ(requests(), 1U);
  answer_with(503);
  clock_.advance(seconds(2));
  EXPECT_EQ(got(), "old");
  EXPECT_EQ(requests(), 2U);
  EXPECT_EQ(state().failures, 1U);
  ASSERT_TRUE(state().failure);
  EXPECT_EQ(state().failure->reason, Reason::AzureIdentityUnavailable);
  EXPECT_EQ(state().left, seconds(1'799));
  std::size_t asked = requests();
  for (; state().left > seconds(0); clock_.advance(seconds(1))) {
    ASSERT_EQ(got(), "old") << state().left.count();
  }
  EXPECT_NEAR(static_cast<double>(requests() - asked), 33.0, 3.0) << "1, 2, 4 ... 60 seconds";
  EXPECT_EQ(got(), "AZURE_IDENTITY_UNAVAILABLE");
  asked = requests();
  EXPECT_EQ(got(), "AZURE_IDENTITY_UNAVAILABLE");
  EXPECT_EQ(requests(), asked) << "not asked within the pause";
  answer_tokens();
  clock_.advance(limits::kAzureRetryPauseMost);
  EXPECT_EQ(got(), "token-1");
  EXPECT_FALSE(state().failure);
}

TEST_F(TokenKeeperTest, ServesTheOldToAllButTheOneWhoRenews) {
  EXPECT_EQ(got(), "token-1");
  clock_.advance(seconds(3'001));
  http_.shut();
  std::string renewed;
  std::thread renewer([&] { renewed = got(); });
  http_.await(1);
  EXPECT_EQ(got(), "token-1");
  EXPECT_EQ(got(), "token-1");
  keeper_.renew(clock_.in(seconds(5)));
  EXPECT_EQ(requests(), 2U);
  http_.open();
  renewer.join();
  EXPECT_EQ(renewed, "token-2");
  EXPECT_EQ(got(), "token-2");
}

// Who has a good token waits no longer for the next than Azure needs on a fair day.
TEST_F(TokenKeeperTest, LetsNobodyPayForARenewal) {
  EXPECT_EQ(got(), "token-1");
  clock_.advance(seconds(3'001));
  answer_ = [this](const net::Request&) -> Answer {
    clock_.advance(seconds(2));
    return fail(Reason::DeadlineExceeded, "late");
  };
  EXPECT_EQ(got(), "token-1");
  EXPECT_EQ(state().failures, 1U);
  EXPECT_EQ(state().failure->reason, Reason::AzureIdentityUnavailable);
  EXPECT_EQ(got(), "token-1");
  EXPECT_EQ(requests(), 2U);
}

TEST_F(TokenKeeperTest, RenewsNothingForSomebodyWithoutTime) {
  EXPECT_EQ(got(), "token-1");
  clock_.advance(seconds(3'001));
  EXPECT_EQ(told(keeper_.token(kVault, Secret(), clock_.in(seconds(0)))), "token-1");
  EXPECT_EQ(told(keeper_.token(kRegistry, Secret(), clock_.in(seconds(0)))), "DEADLINE_EXCEEDED");
  EXPECT_EQ(requests(), 1U);
}

TEST_F(TokenKeeperTest, BacksOffWhereAzureIsBusyOrSaysNo) {  // AZ-08
  const struct {
    int status;
    std::vector<net::Header> headers;
    const char* body;
    const char* reason;
    int pauses[4];
  } rows[] = {{429, {}, "", "AZURE_IDENTITY_UNAVAILABLE", {1, 2, 4, 8}},
              {503, {}, "", "AZURE_IDENTITY_UNAVAILABLE", {1, 2, 4, 8}},
              {429, {{"retry-after", "10"}}, "", "AZURE_IDENTITY_UNAVAILABLE", {10, 10, 10, 10}},
              {503, {{"retry-after", "3"}}, "", "AZURE_IDENTITY_UNAVAILABLE", {3, 3, 4, 8}},
              {400,
               {},
               R"({"error":"invalid_client","error_codes":[7000215]})",
               "AZURE_IDENTITY_REFUSED",
               {1, 2, 4, 8}},
              {401,
               {},
               R"({"error":"invalid_client","error_codes":[700016]})",
               "AZURE_IDENTITY_REFUSED",
               {1, 2, 4, 8}},
              {400,
               {},
               R"({"error":"invalid_grant","error_codes":[50196]})",
               "AZURE_IDENTITY_REFUSED",
               {60, 60, 60, 60}}};
  int audience = 0;
  for (const auto& [status, headers, body, reason, pauses] : rows) {
    answer_with(status, headers, body);
    const auto name = "https://" + std::to_string(++audience);
    EXPECT_EQ(got(name), reason);
    for (const int pause : pauses) {
      const auto asked = requests();
      EXPECT_EQ(got(name), reason) << "the same second";
      clock_.advance(seconds(pause) - milliseconds(1));
      EXPECT_EQ(got(name), reason);
      EXPECT_EQ(requests(), asked) << status << " before " << pause;
      clock_.advance(milliseconds(1));
      EXPECT_EQ(got(name), reason);
      EXPECT_EQ(requests(), asked + 1) << status << " after " << pause;
    }
    clock_.advance(minutes(2));
  }
}

TEST_F(TokenKeeperTest, HeedsNoCalendar) {  // AZ-11
  EXPECT_EQ(got(), "token-1");
  for (const auto jump : {hours(24), hours(-24), hours(0)}) {
    clock_.jump(jump);
    for (int count = 0; count < 100; ++count) {
      EXPECT_EQ(got(), "token-1");
      keeper_.renew(clock_.in(seconds(5)));
    }
  }
  EXPECT_EQ(requests(), 1U) << "no storm";
  clock_.jump(hours(-24));
  answer_with(503);
  clock_.advance(seconds(3'571));
  EXPECT_EQ(got(), "AZURE_IDENTITY_UNAVAILABLE") << "not used beyond its end";

  // A metadata service whose expires_on our calendar takes for past, or for far away.
  for (const auto jump : {hours(24), hours(-24)}) {
    clock_.jump(hours(0));
    const auto end = (clock_.now() + hours(1)).time_since_epoch().count();
    answer_ = [=](const net::Request&) {
      return test::answer(200, {}, token_body("t", R"(,"expires_on":)" + std::to_string(end)));
    };
    clock_.jump(jump);
    const auto name = "https://" + std::to_string(jump.count());
    const auto asked = requests();
    for (int count = 0; count < 100; ++count) {
      EXPECT_EQ(got(name), "t");
    }
    EXPECT_EQ(requests(), asked + 1);
    clock_.advance(seconds(3'571));
    answer_with(503);
    EXPECT_EQ(got(name), "AZURE_IDENTITY_UNAVAILABLE");
  }
}

// Federated credentials take minutes to spread after they were made.
TEST_F(TokenKeeperTest, RecoversInTheBackground) {  // AZ-13
  answer_with(401, {}, R"({"error":"invalid_client","error_codes":[70021]})");
  EXPECT_EQ(got(), "AZURE_IDENTITY_REFUSED");
  const auto start = clock_.tick();
  bool good = false;
  while (!good && clock_.tick() - start < minutes(10)) {
    clock_.advance(limits::kAzureRenewalInterval);
    if (clock_.tick() - start >= minutes(3)) {
      answer_tokens();
    }
    keeper_.renew(clock_.in(limits::kAzureRenewalWait));
    good = state().left > seconds(0);
  }
  EXPECT_TRUE(good);
  EXPECT_LE(clock_.tick() - start, minutes(4));
  const auto asked = requests();
  EXPECT_EQ(got(), "token-1");
  EXPECT_EQ(requests(), asked) << "it was there already";
  EXPECT_EQ(state().failures, 3U);
}

TEST_F(TokenKeeperTest, RenewsOnlyWhatIsDue) {
  keeper_.renew(clock_.in(seconds(5)));
  EXPECT_EQ(requests(), 0U) << "nobody has asked for an audience";
  EXPECT_EQ(got(kVault), "token-1");
  clock_.advance(seconds(2'000));
  EXPECT_EQ(got(kRegistry), "token-2");
  clock_.advance(seconds(1'001));
  keeper_.renew(clock_.in(seconds(0)));
  EXPECT_EQ(requests(), 2U) << "no time";
  keeper_.renew(clock_.in(seconds(5)));
  keeper_.renew(clock_.in(seconds(5)));
  EXPECT_EQ(requests(), 3U);
  EXPECT_EQ(got(kVault), "token-3");
  EXPECT_EQ(got(kRegistry), "token-2");
}

TEST_F(TokenKeeperTest, ReplacesATokenThatAServiceRefused) {
  EXPECT_EQ(got(), "token-1");
  EXPECT_EQ(got(kVault, "token-1"), "token-2");
  EXPECT_EQ(got(kVault, "token-1"), "token-2") << "somebody has replaced it already";
  EXPECT_EQ(got(), "token-2");
  EXPECT_EQ(requests(), 2U);
}

TEST_F(TokenKeeperTest, KeepsARefusedTokenForAllOthers) {
  EXPECT_EQ(got(), "token-1");
  answer_with(503);
  EXPECT_EQ(got(kVault, "token-1"), "AZURE_IDENTITY_UNAVAILABLE");
  EXPECT_EQ(got(kVault, "token-1"), "AZURE_IDENTITY_UNAVAILABLE");
  EXPECT_EQ(got(), "token-1");
  EXPECT_EQ(requests(), 2U);
  answer_tokens();
  clock_.advance(seconds(1));
  EXPECT_EQ(got(kVault, "token-1"), "token-2");
}

// The metadata service answers from a cache of its own.
TEST_F(TokenKeeperTest, NeverGivesTheRefusedTokenAgain) {
  answer_with(200, {}, token_body("same"));
  EXPECT_EQ(got(), "same");
  for (const int pause : {1, 2, 4}) {
    const auto asked = requests();
    EXPECT_EQ(got(kVault, "same"), "AZURE_IDENTITY_REFUSED");
    EXPECT_EQ(got(kVault, "same"), "AZURE_IDENTITY_REFUSED");
    EXPECT_EQ(got(), "same") << "others may have more luck with it";
    EXPECT_EQ(requests(), asked + 1);
    clock_.advance(seconds(pause));
  }
}

TEST_F(TokenKeeperTest, FetchesOneNewTokenForAllWhoWereRefused) {
  EXPECT_EQ(got(), "token-1");
  for (const auto& result : crowd(20, "token-1")) {
    EXPECT_EQ(result, "token-2");
  }
  EXPECT_EQ(requests(), 2U);
}

TEST_F(TokenKeeperTest, DoesNotServeOneCallersHasteToOthers) {
  std::atomic<int> asked = 0;
  answer_ = [&](const net::Request&) -> Answer {
    return ++asked == 1 ? Answer(fail(Reason::DeadlineExceeded, "late"))
                        : Answer(test::answer(200, {}, token_body("t")));
  };
  http_.shut();
  std::string hasty, patient;
  std::thread first(
      [&] { hasty = told(keeper_.token(kVault, Secret(), clock_.in(milliseconds(1)))); });
  http_.await(1);
  std::thread second([&] { patient = got(); });
  http_.open();
  first.join();
  second.join();
  EXPECT_EQ(hasty, "DEADLINE_EXCEEDED");
  EXPECT_EQ(patient, "t");
  EXPECT_EQ(state().requests, 2U);
  EXPECT_EQ(state().failures, 0U);
  EXPECT_FALSE(state().failure);
}

TEST_F(TokenKeeperTest, WaitsNoLongerThanItsCallerMay) {
  http_.shut();
  std::string patient;
  std::thread first([&] { patient = got(); });
  http_.await(1);
  EXPECT_EQ(told(keeper_.token(kVault, Secret(), clock_.in(milliseconds(1)))), "DEADLINE_EXCEEDED");
  http_.open();
  first.join();
  EXPECT_EQ(patient, "token-1");
}

TEST_F(TokenKeeperTest, CallsAnAzureThatIsSilentAFailure) {
  answer_ = [this](const net::Request&) -> Answer {
    clock_.advance(limits::kAzureRenewalWait);
    return fail(Reason::DeadlineExceeded, "late");
  };
  const auto token = keeper_.token(kVault, Secret(), clock_.in(minutes(1)));
  EXPECT_EQ(told(token), "AZURE_IDENTITY_UNAVAILABLE");
  EXPECT_EQ(told(keeper_.token(kVault, Secret(), clock_.in(minutes(1)))),
            "AZURE_IDENTITY_UNAVAILABLE");
  EXPECT_EQ(requests(), 1U);
}

TEST_F(TokenKeeperTest, TakesNoTokenThatEndsAtOnce) {
  answer_with(200, {}, R"({"token_type":"Bearer","expires_in":30,"access_token":"t"})");
  EXPECT_EQ(got(), "AZURE_IDENTITY_UNAVAILABLE");
  EXPECT_EQ(got(), "AZURE_IDENTITY_UNAVAILABLE");
  EXPECT_EQ(requests(), 1U);
}

// What goes wrong is shown to people: without the assertion, the token or Azure's words.
TEST_F(TokenKeeperTest, ShowsNoSecretInAFailure) {
  const auto assertion = test::service_account_token(clock_.now());
  answer_with(400, {},
              R"({"error":"invalid_client","error_description":"AADSTS50027: )" + assertion +
                  R"(","error_codes":[50027]})");
  EXPECT_EQ(got(), "AZURE_IDENTITY_REFUSED");
  const auto shown = state().failure->detail;
  EXPECT_EQ(shown.find(assertion), std::string::npos);
  EXPECT_NE(shown.find("AADSTS50027"), std::string::npos);
}

}  // namespace
}  // namespace countersign::azure

// SPDX-License-Identifier: Apache-2.0
#include "azure/registry_exchange.h"

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "support/fixed_clock.h"
#include "support/gate_transport.h"
#include "unit/azure/container_registry.h"

namespace countersign::azure {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using test::answer;

// Each exchange gives another token, "<number>", which lives for `life`; or what the test says.
class RegistryExchangeTest : public testing::Test {
 protected:
  std::string token(milliseconds time = minutes(1)) { return shown(ask(time)); }
  Result<registry::Credentials> ask(milliseconds time = minutes(1)) {
    return exchange_.credentials_for(image_, clock_.in(time));
  }
  // The number of the token, or the reason.
  static std::string shown(const Result<registry::Credentials>& credentials) {
    if (!credentials) {
      return std::string(wire_name(credentials.error().reason));
    }
    const auto& text = credentials->candidates.at(0).secret.reveal();
    return text.substr(text.rfind('.') + 1);
  }
  std::string renew() {
    const auto done = exchange_.renew(clock_.in(minutes(1)));
    return done ? "" : std::string(wire_name(done.error().reason));
  }

  Result<net::Response> reply() {
    if (broken_) {
      return *broken_;
    }
    const auto end = clock_.now() + life_;
    return answer(200, {}, refresh_reply("e30." + claims(end) + "." + std::to_string(++given_)));
  }
  static std::string claims(Time end) {
    return codec::encode_base64url(
        as_bytes(R"({"exp":)" + std::to_string(end.time_since_epoch().count()) + "}"));
  }

  test::FixedClock clock_;
  seconds life_{3'600};
  int given_ = 0;
  std::optional<Result<net::Response>> broken_;
  test::GateTransport gate_{[this](const net::Request&) { return reply(); }};
  std::atomic<int> azure_ = 0;  // tokens that were asked for
  TokenGiver giver_ = [this](const Secret&, Deadline) {
    ++azure_;
    return Result<Secret>(Secret("azure"));
  };
  const RegistryAccess access_{std::string(kLoginServer), "audience", "tenant"};
  const oci::ImageRef image_ = oci::ImageRef::parse("contoso.azurecr.io/app:v1").value();
  RegistryExchange exchange_{access_, giver_, gate_, clock_};
};

TEST_F(RegistryExchangeTest, GivesOneRefreshTokenOfNobodyInParticular) {
  const auto credentials = ask();
  ASSERT_TRUE(credentials) << credentials.error().detail;
  EXPECT_EQ(credentials->owner, "");
  ASSERT_EQ(credentials->candidates.size(), 1U);
  EXPECT_EQ(credentials->candidates[0].kind, registry::Credential::Kind::RefreshToken);
  EXPECT_EQ(credentials->candidates[0].user, "");
}

TEST_F(RegistryExchangeTest, KeepsItUntilItsLastTime) {
  EXPECT_EQ(token(), "1");
  clock_.advance(life_ - limits::kAcrTokenMargin - milliseconds(1));
  EXPECT_EQ(token(), "1");
  EXPECT_EQ(gate_.requests(), 1U);
  EXPECT_EQ(azure_, 1);
  clock_.advance(milliseconds(1));
  EXPECT_EQ(token(), "2");
  EXPECT_EQ(token(), "2");
  EXPECT_EQ(gate_.requests(), 2U);
}

TEST_F(RegistryExchangeTest, AShortLifeHasAShortLastTime) {
  life_ = seconds(100);
  EXPECT_EQ(token(), "1");
  clock_.advance(seconds(90) - milliseconds(1));
  EXPECT_EQ(token(), "1");
  clock_.advance(milliseconds(1));
  EXPECT_EQ(token(), "2");
}

// Whatever the token says, and whatever the calendar does.
TEST_F(RegistryExchangeTest, NoLifeIsLongerThanTheLimit) {  // AZ-48
  struct Row {
    std::string text;
    seconds life;
  };
  const auto far = clock_.now() + std::chrono::years(10);
  for (const auto& [text, life] :
       {Row{"e30." + claims(far) + ".x", limits::kAcrTokenLifeMost},
        Row{"e30." + claims(clock_.now() - seconds(1)) + ".x", limits::kAcrTokenLife},
        Row{"opaque", limits::kAcrTokenLife}}) {
    RegistryExchange exchange(access_, giver_, gate_, clock_);
    const auto ask = [&] { return exchange.credentials_for(image_, clock_.in(minutes(1))); };
    broken_ = answer(200, {}, refresh_reply(text));
    EXPECT_TRUE(ask());
    const auto asked = gate_.requests();
    clock_.advance(life - std::min(limits::kAcrTokenMargin, life / 10) - seconds(1));
    EXPECT_TRUE(ask());
    EXPECT_EQ(gate_.requests(), asked);
    broken_ = answer(500);
    clock_.advance(life);
    EXPECT_FALSE(ask()) << "it is over";
  }
}

TEST_F(RegistryExchangeTest, AFailingRenewalKeepsTheOldOneWhileItIsGood) {
  for (const auto& failure :
       {Result<net::Response>(answer(500)), Result<net::Response>(answer(401)),
        Result<net::Response>(answer(429)),
        Result<net::Response>(fail(Reason::RegistryUnavailable, ""))}) {
    broken_.reset();
    clock_.advance(life_);
    const auto first = token();
    clock_.advance(life_ - limits::kAcrTokenMargin);
    broken_ = failure;
    const auto asked = gate_.requests();
    EXPECT_EQ(token(), first);
    EXPECT_EQ(gate_.requests(), asked + 1);
    EXPECT_EQ(token(), first);
    EXPECT_EQ(gate_.requests(), asked + 1) << "not at each image";
    clock_.advance(limits::kAbsenceLife);
    EXPECT_EQ(token(), first);
    EXPECT_EQ(gate_.requests(), asked + 2);
    clock_.advance(limits::kAcrTokenMargin);
    EXPECT_TRUE(token().starts_with("REGISTRY_")) << "and no longer";
    clock_.advance(limits::kAbsenceLife);
  }
}

// The one who renews still has time to use what he gets.
TEST_F(RegistryExchangeTest, ARenewalTakesHalfOfItsCallersTime) {
  std::vector<milliseconds> times;
  RegistryExchange exchange(
      access_,
      [&](const Secret&, Deadline deadline) {
        times.push_back(deadline.remaining(clock_));
        return Result<Secret>(Secret("azure"));
      },
      gate_, clock_);
  EXPECT_TRUE(exchange.credentials_for(image_, clock_.in(seconds(8))));
  clock_.advance(life_ - limits::kAcrTokenMargin);
  EXPECT_TRUE(exchange.credentials_for(image_, clock_.in(seconds(8))));
  clock_.advance(life_ - limits::kAcrTokenMargin);
  EXPECT_TRUE(exchange.renew(clock_.in(seconds(8))));
  EXPECT_EQ(times, (std::vector<milliseconds>{seconds(8), seconds(4), seconds(8)}));
}

TEST_F(RegistryExchangeTest, ADefiniteNoIsKeptForAMoment) {
  broken_ = answer(403);
  EXPECT_EQ(token(), "REGISTRY_AUTH");
  EXPECT_EQ(token(), "REGISTRY_AUTH");
  EXPECT_EQ(gate_.requests(), 1U);
  broken_.reset();
  clock_.advance(limits::kAbsenceLife);
  EXPECT_EQ(token(), "1");
}

TEST_F(RegistryExchangeTest, NoOtherFailureIs) {
  for (const auto& failure :
       {Result<net::Response>(answer(500)), Result<net::Response>(answer(429)),
        Result<net::Response>(answer(200, {}, "<html>")),
        Result<net::Response>(fail(Reason::DeadlineExceeded, ""))}) {
    broken_ = failure;
    const auto asked = gate_.requests();
    EXPECT_NE(token(), "1");
    EXPECT_NE(token(), "1");
    EXPECT_EQ(gate_.requests(), asked + 2);
  }
  broken_.reset();
  EXPECT_EQ(token(), "1");
}

TEST_F(RegistryExchangeTest, AnAzureIdentitysErrorIsTheAnswer) {
  RegistryExchange exchange(
      access_,
      [](const Secret&, Deadline) { return fail(Reason::AzureIdentityRefused, "AADSTS700024"); },
      gate_, clock_);
  const auto credentials = exchange.credentials_for(image_, clock_.in(minutes(1)));
  EXPECT_EQ(credentials.error().reason, Reason::AzureIdentityRefused);
  EXPECT_EQ(credentials.error().detail, "AADSTS700024");
  EXPECT_EQ(gate_.requests(), 0U);
}

TEST_F(RegistryExchangeTest, NothingIsAskedForOtherRegistries) {
  for (const char* image : {"evil.test/app", "contoso.azurecr.io:8443/app", "docker.io/app"}) {
    EXPECT_EQ(exchange_.credentials_for(oci::ImageRef::parse(image).value(), clock_.in(minutes(1)))
                  .error()
                  .reason,
              Reason::Internal);
  }
  RegistryExchange broken({"contoso.azurecr.io/x", "", ""}, giver_, gate_, clock_);
  EXPECT_FALSE(broken.credentials_for(image_, clock_.in(minutes(1))));
  EXPECT_FALSE(broken.renew(clock_.in(minutes(1))));
  EXPECT_EQ(azure_, 0);
  EXPECT_EQ(gate_.requests(), 0U);
}

// --- what the registry refuses

TEST_F(RegistryExchangeTest, ARefusedTokenIsReplacedOnceItIsOldEnough) {
  const auto first = ask();
  clock_.advance(limits::kAcrTokenDoubt - milliseconds(1));
  EXPECT_FALSE(exchange_.refused(*first));
  EXPECT_EQ(token(), "1");
  clock_.advance(milliseconds(1));
  EXPECT_TRUE(exchange_.refused(*first));
  EXPECT_TRUE(exchange_.refused(*first)) << "another look had it, too";
  EXPECT_EQ(token(), "2");
  EXPECT_TRUE(exchange_.refused(*first)) << "there is another by now";
  EXPECT_EQ(token(), "2");
  EXPECT_FALSE(exchange_.refused(*ask())) << "who has no right does not get one at each try";
  EXPECT_EQ(gate_.requests(), 2U);
}

TEST_F(RegistryExchangeTest, OnlyItsOwnCredentialsAreItsBusiness) {
  EXPECT_EQ(token(), "1");
  clock_.advance(limits::kAcrTokenDoubt);
  EXPECT_FALSE(exchange_.refused({}));
  registry::Credentials two = *ask();
  two.candidates.push_back(two.candidates[0]);
  EXPECT_FALSE(exchange_.refused(two));
  EXPECT_EQ(token(), "1");
}

// --- many at once

TEST_F(RegistryExchangeTest, HoweverManyWantOneOneIsAskedFor) {
  gate_.shut();
  std::vector<std::string> tokens(20);
  {
    std::vector<std::jthread> callers;
    for (auto& mine : tokens) {
      callers.emplace_back([&] { mine = token(); });
    }
    gate_.let_go(1);
  }
  EXPECT_EQ(tokens, std::vector<std::string>(20, "1"));
  EXPECT_EQ(gate_.requests(), 1U);
  EXPECT_EQ(azure_, 1);
}

TEST_F(RegistryExchangeTest, ItsFailureIsShared) {
  gate_.shut();
  broken_ = answer(403);
  std::vector<std::string> tokens(20);
  {
    std::vector<std::jthread> callers;
    for (auto& mine : tokens) {
      callers.emplace_back([&] { mine = token(); });
    }
    gate_.let_go(1);
  }
  EXPECT_EQ(tokens, std::vector<std::string>(20, "REGISTRY_AUTH"));
  EXPECT_EQ(gate_.requests(), 1U);
}

TEST_F(RegistryExchangeTest, WhileOneRenewsAllOthersHaveTheOld) {
  EXPECT_EQ(token(), "1");
  clock_.advance(life_ - limits::kAcrTokenMargin);
  gate_.shut();
  std::jthread first([&] { EXPECT_EQ(token(), "2"); });
  gate_.await(1);
  EXPECT_EQ(token(), "1");
  EXPECT_EQ(renew(), "");
  gate_.let_go(1);
  first.join();
  EXPECT_EQ(token(), "2");
  EXPECT_EQ(gate_.requests(), 2U);
}

TEST_F(RegistryExchangeTest, WhoseTimeIsUpDoesNotWait) {
  gate_.shut();
  std::jthread first([&] { EXPECT_EQ(token(), "1"); });
  gate_.await(1);
  EXPECT_EQ(token(milliseconds(0)), "DEADLINE_EXCEEDED");
  gate_.let_go(1);
}

// Only his time was up: who waits for him has more, and asks himself.
TEST_F(RegistryExchangeTest, AnothersDeadlineIsNotOurs) {
  gate_.shut();
  broken_ = fail(Reason::DeadlineExceeded, "");
  std::jthread first([&] { EXPECT_EQ(token(), "DEADLINE_EXCEEDED"); });
  gate_.await(1);
  std::jthread second([&] { EXPECT_EQ(token(), "1"); });
  gate_.let_go(1);
  first.join();
  gate_.await(1);
  broken_.reset();
  gate_.let_go(1);
}

TEST_F(RegistryExchangeTest, WhatThrowsIsAnErrorAndNobodyHangs) {
  bool throws = true;
  RegistryExchange exchange(
      access_,
      [&](const Secret&, Deadline) -> Result<Secret> {
        return throws ? throw std::runtime_error("x") : Secret("azure");
      },
      gate_, clock_);
  EXPECT_EQ(exchange.credentials_for(image_, clock_.in(minutes(1))).error().reason,
            Reason::Internal);
  throws = false;
  EXPECT_EQ(shown(exchange.credentials_for(image_, clock_.in(minutes(1)))), "1");
}

// --- renew

TEST_F(RegistryExchangeTest, RenewFetchesWhatIsMissingOrSoonEnds) {
  EXPECT_EQ(renew(), "");
  EXPECT_EQ(gate_.requests(), 1U);
  EXPECT_EQ(renew(), "");
  EXPECT_EQ(token(), "1");
  EXPECT_EQ(gate_.requests(), 1U);
  clock_.advance(life_ - limits::kAcrTokenMargin);
  EXPECT_EQ(renew(), "");
  EXPECT_EQ(token(), "2");
  EXPECT_EQ(gate_.requests(), 2U);
}

TEST_F(RegistryExchangeTest, RenewTellsOfAFailureThatNobodyElseNotices) {
  EXPECT_EQ(renew(), "");
  clock_.advance(life_ - limits::kAcrTokenMargin);
  broken_ = answer(401);
  EXPECT_EQ(renew(), "REGISTRY_AUTH");
  EXPECT_EQ(token(), "1");
}

TEST_F(RegistryExchangeTest, RenewWaitsForWhoeverAsksAlready) {
  gate_.shut();
  std::jthread first([&] { EXPECT_EQ(token(), "1"); });
  gate_.await(1);
  std::jthread second([&] { EXPECT_EQ(renew(), ""); });
  gate_.let_go(1);
  first.join();
  second.join();
  EXPECT_EQ(gate_.requests(), 1U);
}

TEST_F(RegistryExchangeTest, GivesWhatItHasToWhoDoesNotWait) {
  const auto at_once = [this] {
    return shown(exchange_.credentials_for(image_, Deadline::at_once()));
  };
  EXPECT_EQ(at_once(), "DEADLINE_EXCEEDED");
  EXPECT_EQ(token(), "1");
  EXPECT_EQ(at_once(), "1");
  clock_.advance(life_ - milliseconds(1));
  EXPECT_EQ(at_once(), "1") << "another will renew it";
  clock_.advance(milliseconds(1));
  EXPECT_EQ(at_once(), "DEADLINE_EXCEEDED");
  EXPECT_EQ(gate_.requests(), 1U);
  EXPECT_EQ(azure_, 1);
}

}  // namespace
}  // namespace countersign::azure

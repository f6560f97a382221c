// SPDX-License-Identifier: Apache-2.0
#include "registry/token_cache.h"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "support/fixed_clock.h"

namespace countersign::registry {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

class TokenCacheTest : public testing::Test {
 protected:
  // Each acquisition makes another token: "1", "2", ...
  std::string get(const std::string& key, const std::string& refused = "") {
    const auto token = cache_.get(key, Secret(refused), clock_.in(hours(1)), [this] {
      return Result<Token>(Token{Secret(std::to_string(++acquired_)), life_});
    });
    return token ? token->reveal() : "";
  }
  test::FixedClock clock_;
  TokenCache cache_{clock_};
  seconds life_{100};
  int acquired_ = 0;
};

TEST_F(TokenCacheTest, KeepsATokenForItsKey) {
  EXPECT_EQ(get("a"), "1");
  EXPECT_EQ(get("a"), "1");
  EXPECT_EQ(get("b"), "2");
  EXPECT_EQ(get("a"), "1");
}

// REG-62: renewed a tenth of its life, at least five seconds, before it ends.
TEST_F(TokenCacheTest, RenewsBeforeTheEnd) {
  EXPECT_EQ(get("a"), "1");
  clock_.advance(seconds(89));
  EXPECT_EQ(get("a"), "1");
  clock_.advance(seconds(1));
  life_ = seconds(20);
  EXPECT_EQ(get("a"), "2");
  clock_.advance(seconds(14));
  EXPECT_EQ(get("a"), "2");
  clock_.advance(seconds(1));
  life_ = seconds(5);
  EXPECT_EQ(get("a"), "3");
  EXPECT_EQ(get("a"), "4");  // too short to be kept
}

TEST_F(TokenCacheTest, NeverReturnsTheOneThatWasRefused) {
  EXPECT_EQ(get("a"), "1");
  EXPECT_EQ(get("a", "1"), "2");
  EXPECT_EQ(get("a", "1"), "2");  // another caller that was refused with the old one
}

TEST_F(TokenCacheTest, KeepsNoMoreThanTheLimit) {
  for (std::size_t count = 0; count < limits::kTokens; ++count) {
    get(std::to_string(count));
    clock_.advance(std::chrono::milliseconds(1));
  }
  const auto before = acquired_;
  get("one more");
  EXPECT_EQ(get(std::to_string(limits::kTokens - 1)), std::to_string(before));
  get("0");  // ended soonest, so it had to go
  EXPECT_EQ(acquired_, before + 2);
}

// REG-64: of failures only a definite no is kept, and not for long.
TEST_F(TokenCacheTest, OnlyARefusalIsKeptForAMoment) {
  int asked = 0;
  const auto refused = [&](Reason reason) {
    const auto token = cache_.get("a", Secret(), clock_.in(hours(1)), [&] {
      ++asked;
      return Result<Token>(fail(reason, ""));
    });
    return token ? Reason::Internal : token.error().reason;
  };
  for (const auto reason : {Reason::RegistryThrottled, Reason::RegistryUnavailable,
                            Reason::RegistryResponse, Reason::DeadlineExceeded}) {
    asked = 0;
    EXPECT_EQ(refused(reason), reason);
    EXPECT_EQ(refused(reason), reason);
    EXPECT_EQ(asked, 2);
  }
  asked = 0;
  EXPECT_EQ(refused(Reason::RegistryAuth), Reason::RegistryAuth);
  clock_.advance(limits::kAbsenceLife - std::chrono::milliseconds(1));
  EXPECT_EQ(refused(Reason::RegistryAuth), Reason::RegistryAuth);
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(get("b"), "1");  // of this key alone
  clock_.advance(std::chrono::milliseconds(1));
  EXPECT_EQ(get("a"), "2");
}

// REG-64
TEST_F(TokenCacheTest, ManyCallersAcquireOnce) {
  std::atomic<int> calls = 0;
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 16; ++caller) {
    callers.emplace_back([&] {
      const auto token = cache_.get("a", Secret(), clock_.in(hours(1)), [&] {
        ++calls;
        return Result<Token>(Token{Secret("t"), seconds(100)});
      });
      ASSERT_TRUE(token);
      EXPECT_EQ(token->reveal(), "t");
    });
  }
  for (auto& caller : callers) {
    caller.join();
  }
  EXPECT_EQ(calls, 1);
}

TEST_F(TokenCacheTest, AWaiterWhoseTimeIsUpLeaves) {
  const auto outer = cache_.get("a", Secret(), clock_.in(hours(1)), [&] {
    std::thread waiter([&] {
      const auto token = cache_.get("a", Secret(), clock_.in(seconds(0)), [] {
        ADD_FAILURE() << "a second acquisition";
        return Result<Token>(fail(Reason::Internal, ""));
      });
      ASSERT_FALSE(token);
      EXPECT_EQ(token.error().reason, Reason::DeadlineExceeded);
    });
    waiter.join();
    return Result<Token>(Token{Secret("t"), seconds(100)});
  });
  EXPECT_TRUE(outer);
}

}  // namespace
}  // namespace countersign::registry

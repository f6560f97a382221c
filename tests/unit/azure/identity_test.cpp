// SPDX-License-Identifier: Apache-2.0
#include "countersign/azure/identity.h"

#include <atomic>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "support/fixed_clock.h"

namespace countersign::azure {
namespace {

using std::chrono::seconds;

struct Script {
  std::string name;
  std::atomic<bool> present = true;
  std::atomic<int> asked = 0;
  Tick quiet{};
};

class Scripted final : public Identity {
 public:
  explicit Scripted(Script& script) : script_(script) {}
  std::string_view description() const override { return script_.name; }
  bool present() const override { return script_.present; }
  Tick quiet_until() const override { return script_.quiet; }
  Result<AccessToken> acquire(std::string_view, Deadline) override {
    ++script_.asked;
    if (!script_.present) {
      return fail(Reason::AzureIdentityRefused, script_.name + " is gone");
    }
    return AccessToken{.text = Secret(script_.name), .life = seconds(60)};
  }

 private:
  Script& script_;
};

class FirstPresentTest : public testing::Test {
 protected:
  std::string ask(Identity& identity) {
    const auto token = identity.acquire("https://a", clock_.in(seconds(5)));
    return token ? token->text.reveal() : token.error().detail;
  }
  std::unique_ptr<Identity> both() {
    std::vector<std::unique_ptr<Identity>> candidates;
    candidates.push_back(std::make_unique<Scripted>(one_));
    candidates.push_back(std::make_unique<Scripted>(two_));
    return first_present(std::move(candidates));
  }

  test::FixedClock clock_;
  Script one_{.name = "one"};
  Script two_{.name = "two"};
};

TEST_F(FirstPresentTest, IsTheFirstThatIsThere) {
  const auto identity = both();
  EXPECT_EQ(identity->description(), "the first present of: one, two");
  EXPECT_EQ(ask(*identity), "one");
  EXPECT_EQ(identity->description(), "one");
  EXPECT_EQ(two_.asked, 0);
}

TEST_F(FirstPresentTest, StaysWhoItIs) {
  one_.present = false;
  two_.quiet = clock_.tick() + seconds(7);
  const auto identity = both();
  EXPECT_EQ(identity->quiet_until(), Tick{});
  EXPECT_EQ(ask(*identity), "two");
  EXPECT_EQ(identity->quiet_until(), two_.quiet);
  one_.present = true;
  EXPECT_EQ(ask(*identity), "two");
  two_.present = false;
  EXPECT_EQ(ask(*identity), "two is gone");
  EXPECT_TRUE(identity->present());
  EXPECT_EQ(one_.asked, 0);
}

TEST_F(FirstPresentTest, IsUndecidedWhileNoneIsThere) {
  one_.present = false;
  two_.present = false;
  const auto identity = both();
  EXPECT_FALSE(identity->present());
  EXPECT_EQ(ask(*identity), "one is gone");
  two_.present = true;
  EXPECT_TRUE(identity->present());
  EXPECT_EQ(ask(*identity), "two");
}

TEST_F(FirstPresentTest, IsTheSameForAllThreads) {
  const auto identity = both();
  std::vector<std::thread> threads;
  for (int count = 0; count < 8; ++count) {
    threads.emplace_back([&, count] {
      one_.present = count % 2 == 0;
      (void)ask(*identity);
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  one_.present = true;
  two_.present = true;
  const auto first = ask(*identity);
  one_.present = first != "one";
  EXPECT_EQ(ask(*identity), first == "one" ? "one is gone" : "two");
}

TEST(AbsentIdentity, AnswersWithWhatIsMissing) {
  const test::FixedClock clock;
  const auto identity =
      make_absent_identity("workload identity", {Reason::AzureIdentityRefused, "no variables"});
  EXPECT_EQ(identity->description(), "workload identity");
  EXPECT_FALSE(identity->present());
  const auto token = identity->acquire("https://a", clock.in(seconds(5)));
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().reason, Reason::AzureIdentityRefused);
  EXPECT_EQ(token.error().detail, "no variables");
}

}  // namespace
}  // namespace countersign::azure

// SPDX-License-Identifier: Apache-2.0
// What a family keeps, and what whoever names registries can do to it.
#include "app/family_members.h"

#include <map>
#include <mutex>
#include <set>

#include <gtest/gtest.h>

#include "countersign/base/limits_registries.h"
#include "countersign/oci/manifest.h"
#include "countersign/registry/docker_config.h"

#include "samples.h"
#include "support/distribution_api.h"

namespace countersign::app {
namespace {

using std::chrono::seconds;

// Every registry below azurecr.io: those that are `ours` hold the image, any other refuses us.
class AllRegistries final : public net::HttpTransport {  // thread-safe
 public:
  explicit AllRegistries(const test::MemoryStore& store) : api_(store) {}

  std::vector<Result<net::Response>> send_all(std::span<const net::Request> requests,
                                              Deadline) override {
    std::vector<Result<net::Response>> answers;
    for (const auto& request : requests) {
      const auto url = net::Url::parse(request.url, Reason::Internal).value();
      const std::scoped_lock lock(mutex_);
      ++asked_[url.host()];
      answers.emplace_back(ours_.contains(url.host()) ? api_(request) : net::Response{403, {}, ""});
    }
    return answers;
  }

  void add(const std::string& host) { ours_.insert(host); }
  std::set<std::string> asked() const {
    const std::scoped_lock lock(mutex_);
    std::set<std::string> hosts;
    for (const auto& [host, count] : asked_) {
      hosts.insert(host);
    }
    return hosts;
  }

 private:
  mutable std::mutex mutex_;
  test::DistributionApi api_;
  std::set<std::string> ours_;
  std::map<std::string, int> asked_;
};

struct Ledger {  // of members, by host
  std::mutex mutex;
  std::map<std::string, int> made, renewed;
};

class Noted final : public CredentialSource {
 public:
  explicit Noted(Ledger& ledger) : ledger_(ledger) {}

  Result<void> fit(RemoteSetup& remote) override {
    host_ = remote.host;
    return {};
  }
  Result<void> start(const Means&) override {
    const std::scoped_lock lock(ledger_.mutex);
    ++ledger_.made[host_];
    return {};
  }
  std::shared_ptr<registry::CredentialProvider> provider_for(const kube::Puller&) override {
    return registry::anonymous();
  }
  Result<void> renew(Deadline) override {
    const std::scoped_lock lock(ledger_.mutex);
    ++ledger_.renewed[host_];
    return {};
  }
  Result<std::unique_ptr<CredentialSource>> for_member() const override {
    return std::make_unique<Noted>(ledger_);
  }

 private:
  Ledger& ledger_;
  std::string host_;
};

std::string host(std::string_view kind, std::size_t number) {
  return std::string(kind) + std::to_string(10'000 + number) + ".azurecr.io";
}

class FamilyMembersTest : public testing::Test {
 protected:
  RemoteSetup family() {
    RemoteSetup setup;
    setup.where = "c.yaml:1:1";
    setup.host = "*.azurecr.io";
    setup.credentials = std::make_unique<Noted>(ledger_);
    return setup;
  }
  Result<std::unique_ptr<registry::Repository>> open(const std::string& host) {
    return members_.open(reference(host), {});
  }
  // "ok", or the reason.
  std::string pull(const std::string& host) {
    const auto repository = open(host);
    if (!repository) {
      return std::string(wire_name(repository.error().reason));
    }
    const auto found = (*repository)->resolve(reference(host), clock_.in(seconds(60)));
    return found ? "ok" : std::string(wire_name(found.error().reason));
  }
  int made(const std::string& host) { return ledger_.made[host]; }
  oci::ImageRef reference(const std::string& host) const {
    return oci::ImageRef::parse(host + "/app@" + image_.digest.text()).value();
  }

  test::FixedClock clock_;
  registry::Facts facts_{clock_};
  std::unique_ptr<log::Logger> logger_ = log::make_silent_logger();
  courier::SilentObserver observer_;
  test::MemoryStore store_;
  oci::Descriptor image_ =
      store_.push(oci::media_type::kOciManifest,
                  R"({"schemaVersion":2,"config":{"mediaType":"x","digest":"sha256:)" +
                      std::string(64, 'a') + R"(","size":1},"layers":[]})");
  AllRegistries http_{store_};
  Ledger ledger_;
  FamilyMembers members_{
      *azure::RegistryFamily::parse("*.azurecr.io", *azure::Cloud::named("public")),
      family(),
      http_,
      {.facts = facts_, .observer = observer_, .logger = *logger_, .clock = clock_}};
};

TEST_F(FamilyMembersTest, MakesEachRegistryOnceWhenAnImageNamesIt) {
  EXPECT_TRUE(http_.asked().empty());
  http_.add("contoso.azurecr.io");
  EXPECT_EQ(pull("contoso.azurecr.io"), "ok");
  EXPECT_EQ(pull("contoso.azurecr.io"), "ok");
  EXPECT_EQ(pull("fabrikam.azurecr.io"), "REGISTRY_AUTH");
  EXPECT_EQ(made("contoso.azurecr.io"), 1);
  EXPECT_EQ(http_.asked(), (std::set<std::string>{"contoso.azurecr.io", "fabrikam.azurecr.io"}))
      << "each is asked under its own name, and nobody else is";
}

TEST_F(FamilyMembersTest, HoldsWhatItsNamesHold) {
  EXPECT_TRUE(members_.holds("contoso.azurecr.io"));
  EXPECT_FALSE(members_.holds("contoso.azurecr.io.evil.example"));
  EXPECT_FALSE(members_.holds("*.azurecr.io"));
}

// Decision 32: whoever may create pods can name registries without end.
TEST_F(FamilyMembersTest, NamesThatSomebodyMakesUpPushOutNoneThatIsKnown) {
  for (std::size_t each = 0; each < limits::kFamilyKnown; ++each) {
    http_.add(host("ours", each));
    EXPECT_EQ(pull(host("ours", each)), "ok");
  }
  for (std::size_t each = 0; each < 4 * limits::kFamilyStrangers; ++each) {
    EXPECT_NE(pull(host("junk", each)), "ok");
  }
  for (std::size_t each = 0; each < limits::kFamilyKnown; ++each) {
    EXPECT_EQ(pull(host("ours", each)), "ok");
    EXPECT_EQ(made(host("ours", each)), 1) << each;
  }
}

TEST_F(FamilyMembersTest, ForgetsTheStrangerThatWasNamedLongestAgo) {
  for (std::size_t each = 0; each <= limits::kFamilyStrangers; ++each) {
    pull(host("junk", each));
  }
  pull(host("junk", limits::kFamilyStrangers));
  EXPECT_EQ(made(host("junk", limits::kFamilyStrangers)), 1);
  pull(host("junk", 0));
  EXPECT_EQ(made(host("junk", 0)), 2);
}

TEST_F(FamilyMembersTest, KeepsOneThatStrangersPushedOutWhileItWasAsked) {
  http_.add("contoso.azurecr.io");
  const auto repository = open("contoso.azurecr.io");
  for (std::size_t each = 0; each < limits::kFamilyStrangers; ++each) {
    pull(host("junk", each));
  }
  ASSERT_TRUE((*repository)->resolve(reference("contoso.azurecr.io"), clock_.in(seconds(60))));
  EXPECT_EQ(pull("contoso.azurecr.io"), "ok");
  EXPECT_EQ(made("contoso.azurecr.io"), 1);
}

TEST_F(FamilyMembersTest, IsBoundedHoweverManyAreInUse) {
  http_.add("contoso.azurecr.io");
  EXPECT_EQ(pull("contoso.azurecr.io"), "ok");
  std::vector<std::unique_ptr<registry::Repository>> used;
  for (std::size_t each = 0; each < limits::kFamilyMembers - 1; ++each) {
    auto repository = open(host("junk", each));
    ASSERT_TRUE(repository) << each;
    used.push_back(*std::move(repository));
  }
  EXPECT_EQ(pull(host("more", 1)), "OVERLOADED");
  EXPECT_EQ(pull("contoso.azurecr.io"), "ok");
}

TEST_F(FamilyMembersTest, RenewsTheCredentialsOfThoseThatAreKnown) {
  http_.add("contoso.azurecr.io");
  pull("contoso.azurecr.io");
  pull("fabrikam.azurecr.io");
  members_.renew(clock_.in(seconds(60)));
  EXPECT_EQ(ledger_.renewed, (std::map<std::string, int>{{"contoso.azurecr.io", 1}}));
}

}  // namespace
}  // namespace countersign::app

// SPDX-License-Identifier: Apache-2.0
#include "registry/credential_snapshot.h"

#include <gtest/gtest.h>

#include "support/fixed_clock.h"

namespace countersign::registry {
namespace {

class Provider final : public CredentialProvider {  // says what the test says
 public:
  Result<Credentials> credentials_for(const oci::ImageRef&, Deadline) override {
    ++asked;
    return says;
  }
  bool refused(const Credentials& credentials) override {
    refusals.push_back(credentials.candidates.at(0).user);
    return has_others;
  }
  Result<Credentials> says;
  bool has_others = false;
  std::vector<std::string> refusals;
  int asked = 0;
};

Credentials of(std::string owner, std::string user) {
  return {std::move(owner), {{Credential::Kind::Password, std::move(user), Secret("p")}}};
}

class CredentialSnapshotTest : public testing::Test {
 protected:
  std::string user() {
    const auto credentials = snapshot_.credentials_for(image_, clock_.in(std::chrono::minutes(1)));
    return credentials ? credentials->candidates.at(0).user
                       : std::string(wire_name(credentials.error().reason));
  }
  test::FixedClock clock_;
  const oci::ImageRef image_ = oci::ImageRef::parse("h.test/a").value();
  std::shared_ptr<Provider> provider_ = std::make_shared<Provider>();
  CredentialSnapshot snapshot_{of("alice", "first"), provider_};
};

TEST_F(CredentialSnapshotTest, StaysWhateverTheProviderSays) {
  provider_->says = of("alice", "second");
  EXPECT_EQ(user(), "first");
  EXPECT_EQ(user(), "first");
  EXPECT_EQ(provider_->asked, 0);
}

TEST_F(CredentialSnapshotTest, ARefusalWithoutOthersChangesNothing) {
  provider_->says = of("alice", "second");
  EXPECT_FALSE(snapshot_.refused(of("alice", "first")));
  EXPECT_EQ(provider_->refusals, (std::vector<std::string>{"first"}));
  EXPECT_EQ(user(), "first");
}

TEST_F(CredentialSnapshotTest, OnceRefusedTheProviderIsAsked) {
  provider_->says = of("alice", "second");
  provider_->has_others = true;
  EXPECT_TRUE(snapshot_.refused(of("alice", "first")));
  EXPECT_EQ(user(), "second");
  provider_->says = fail(Reason::AzureIdentityUnavailable, "");
  EXPECT_EQ(user(), "AZURE_IDENTITY_UNAVAILABLE");
}

// What is found would be remembered as alice's.
TEST_F(CredentialSnapshotTest, AnotherOwnersAreNotUsed) {
  provider_->says = of("bob", "second");
  provider_->has_others = true;
  EXPECT_TRUE(snapshot_.refused(of("alice", "first")));
  EXPECT_EQ(user(), "CREDENTIALS_UNAVAILABLE");
}

}  // namespace
}  // namespace countersign::registry

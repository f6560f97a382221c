// SPDX-License-Identifier: Apache-2.0
#include "app/registry_remote.h"

#include <gtest/gtest.h>

#include "countersign/registry/docker_config.h"

#include "samples.h"
#include "support/refusing_transport.h"

namespace countersign::app {
namespace {

class Rows final : public CredentialSource {  // for a member of that name only
 public:
  explicit Rows(std::string host) : host_(std::move(host)) {}
  Result<void> fit(RemoteSetup& remote) override {
    remote.settings.referrers_per_minute = 7;
    return remote.host == host_ ? Result<void>() : fail(Reason::BadConfig, "another one");
  }
  Result<void> start(const Means&) override { return fail(Reason::BadConfig, "nobody is there"); }
  std::shared_ptr<registry::CredentialProvider> provider_for(const kube::Puller&) override {
    return registry::anonymous();
  }
  Result<std::unique_ptr<CredentialSource>> for_member() const override {
    return std::make_unique<Rows>(host_);
  }

 private:
  std::string host_;
};

RemoteSetup family() {
  RemoteSetup setup;
  setup.where = "c.yaml:1:1";
  setup.host = "*.azurecr.io";
  setup.transport.connections = 3;
  setup.settings.referrers = registry::ReferrersBy::Tag;
  setup.credentials = std::make_unique<Rows>("contoso.azurecr.io");
  return setup;
}

TEST(RegistryRemote, MakesAMemberOfAFamily) {
  const auto setup = family();
  const auto member = member_of(setup, "contoso.azurecr.io");
  ASSERT_TRUE(member) << member.error().detail;
  EXPECT_EQ(member->where, "c.yaml:1:1");
  EXPECT_EQ(member->host, "contoso.azurecr.io");
  EXPECT_EQ(member->transport.connections, 3U);
  EXPECT_EQ(member->settings.referrers, registry::ReferrersBy::Tag);
  EXPECT_EQ(member->settings.referrers_per_minute, 7U) << "its credentials looked at it";
  EXPECT_NE(member->credentials, setup.credentials);
  EXPECT_EQ(member_of(setup, "fabrikam.azurecr.io").error().reason, Reason::BadConfig);
}

TEST(RegistryRemote, NamesThePlaceOfCredentialsThatCantStart) {
  const test::FixedClock clock;
  registry::Facts facts(clock);
  courier::SilentObserver observer;
  const auto logger = log::make_silent_logger();
  test::RefusingTransport http;
  auto setup = family();
  const auto remote = make_remote(
      setup, http, {.facts = facts, .observer = observer, .logger = *logger, .clock = clock});
  ASSERT_FALSE(remote);
  EXPECT_EQ(remote.error().reason, Reason::BadConfig);
  EXPECT_TRUE(remote.error().detail.starts_with("c.yaml:1:1: ")) << remote.error().detail;
}

}  // namespace
}  // namespace countersign::app

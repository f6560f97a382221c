// SPDX-License-Identifier: Apache-2.0
#include "app/azure_access.h"

#include <gtest/gtest.h>

#include "samples.h"

namespace countersign::app {
namespace {

using Kind = IdentitySetup::Kind;

AzureSetup public_cloud() {
  AzureSetup setup;
  setup.cloud = azure::Cloud::named("public").value();
  setup.identity = {{}};
  return setup;
}

struct AzureAccessTest : testing::Test {
  Result<Secret> token(AzureAccess& azure, std::size_t identity) {
    return azure.keeper(identity).token("https://vault.azure.net", Secret(),
                                        clock.in(std::chrono::seconds(5)));
  }
  test::FixedClock clock;
  courier::SilentObserver observer;
};

TEST_F(AzureAccessTest, MakesNothingForNobody) {
  AzureAccess azure(public_cloud(), clock);
  EXPECT_TRUE(azure.start(observer));
  EXPECT_EQ(azure.identities(), 0U);
  EXPECT_TRUE(azure.hosts().empty());
}

TEST_F(AzureAccessTest, HasEachIdentityOnce) {
  AzureAccess azure(public_cloud(), clock);
  const IdentityOrder workload{{}};
  const IdentityOrder managed{{.kind = Kind::Managed}};
  EXPECT_EQ(azure.use(workload), 0U);
  EXPECT_EQ(azure.use(managed), 1U);
  EXPECT_EQ(azure.use(workload), 0U);
  ASSERT_TRUE(azure.start(observer));
  EXPECT_EQ(azure.identities(), 2U);
  EXPECT_TRUE(azure.hosts().contains("login.microsoftonline.com"));
}

TEST_F(AzureAccessTest, SaysWhatAnIdentityLacks) {  // AZ-04 in part
  AzureAccess azure(public_cloud(), clock);
  azure.use({{}});
  ASSERT_TRUE(azure.start(observer));
  const auto none = token(azure, 0);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().reason, Reason::AzureIdentityRefused);
  EXPECT_NE(none.error().detail.find("AZURE_"), std::string::npos) << none.error().detail;
}

TEST_F(AzureAccessTest, IsNamedWhereItsOptionsCantBeUsed) {
  auto setup = public_cloud();
  setup.transport.ca_file = "/nonexistent/ca.pem";
  AzureAccess azure(std::move(setup), clock);
  azure.use({{}});
  const auto started = azure.start(observer);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().reason, Reason::BadConfig);
  EXPECT_TRUE(started.error().detail.starts_with("azure: "));
}

TEST_F(AzureAccessTest, KnowsTheTenantOfWhoHasOne) {
  auto setup = public_cloud();
  setup.environment.tenant_id = "of-the-environment";
  AzureAccess azure(std::move(setup), clock);
  const auto mine = azure.use({{.tenant = "mine"}});
  const auto theirs = azure.use({{}});
  const auto managed = azure.use({{.kind = Kind::Managed}});
  EXPECT_EQ(azure.tenant(mine), "mine");
  EXPECT_EQ(azure.tenant(theirs), "of-the-environment");
  EXPECT_EQ(azure.tenant(managed), "");
}

}  // namespace
}  // namespace countersign::app

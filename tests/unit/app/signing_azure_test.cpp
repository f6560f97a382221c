// SPDX-License-Identifier: Apache-2.0
#include "app/signing_azure.h"

#include <gtest/gtest.h>

#include "samples.h"

namespace countersign::app {
namespace {

struct SigningAzureTest : testing::Test {
  test::FixedClock clock;
  TestConsole test;
  support::TempFolder folder;
  courier::SilentObserver observer;

  // Who it would be: the identity's own words.
  std::string who(const std::string& config, Credential credential) {
    const auto azure = signing_azure(config, credential, test.console, clock);
    if (!azure) {
      return azure.error().front();
    }
    EXPECT_TRUE(azure->access->start(observer));
    EXPECT_EQ(azure->access->identities(), 1U);
    return std::string(azure->access->keeper(azure->identity).description());
  }
  std::string config(const std::string& more) const {
    return folder.write("config.yaml", "version: 1\n" + more);
  }
  void set(std::map<std::string, std::string> variables) {
    test.environment = std::move(variables);
  }
};

const std::map<std::string, std::string> kApplication{{"AZURE_CLIENT_ID", "client"},
                                                      {"AZURE_TENANT_ID", "tenant"}};

std::map<std::string, std::string> with(std::map<std::string, std::string> more) {
  more.insert(kApplication.begin(), kApplication.end());
  return more;
}

TEST_F(SigningAzureTest, IsWhomTheEnvironmentHasFirst) {
  struct Row {
    std::map<std::string, std::string> variables;
    Credential credential;
    const char* begins;
  };
  const std::string file = folder.write("token", "a.b.c");
  for (const auto& row : std::vector<Row>{
           {with({{"AZURE_CLIENT_SECRET", "s"}, {"AZURE_FEDERATED_TOKEN_FILE", file}}),
            Credential::FirstPresent, "service principal client of tenant tenant"},
           {with({{"AZURE_CLIENT_CERTIFICATE_PATH", file}}), Credential::FirstPresent,
            "service principal client of tenant tenant"},
           {with({{"AZURE_FEDERATED_TOKEN_FILE", file}}), Credential::FirstPresent,
            "workload identity client of tenant tenant"},
           {kApplication, Credential::FirstPresent, "managed identity"},
           {{}, Credential::FirstPresent, "managed identity"},
           {{{"AZURE_CLIENT_SECRET", ""}}, Credential::FirstPresent, "managed identity"},
           {with({{"AZURE_CLIENT_SECRET", "s"}}), Credential::Managed, "managed identity"},
           {with({{"AZURE_CLIENT_SECRET", "s"}}), Credential::Workload, "workload identity"},
           {with({{"AZURE_FEDERATED_TOKEN_FILE", file}}), Credential::Environment,
            "service principal client of tenant tenant"}}) {
    set(row.variables);
    EXPECT_TRUE(who("", row.credential).starts_with(row.begins)) << who("", row.credential);
  }
}

TEST_F(SigningAzureTest, SaysThatThereIsNoSecret) {
  set(kApplication);
  const auto azure = signing_azure("", Credential::Environment, test.console, clock).value();
  ASSERT_TRUE(azure.access->start(observer));
  const auto token =
      azure.access->keeper(azure.identity)
          .token("https://vault.azure.net", Secret(), clock.in(std::chrono::seconds(5)));
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().reason, Reason::AzureIdentityRefused);
  EXPECT_NE(token.error().detail.find("AZURE_CLIENT_SECRET"), std::string::npos);
}

TEST_F(SigningAzureTest, IsWhomTheConfigurationNames) {
  set(with({{"AZURE_CLIENT_SECRET", "s"}}));
  EXPECT_TRUE(who(config(""), Credential::FirstPresent).starts_with("workload identity"));
  EXPECT_TRUE(who(config("azure: {identity: azureManagedIdentity}"), Credential::FirstPresent)
                  .starts_with("managed identity"));
  EXPECT_TRUE(who(config("azure: {identity: azureManagedIdentity}"), Credential::Environment)
                  .starts_with("service principal client"));
  const auto azure =
      signing_azure(config("azure: {cloud: china}"), Credential::FirstPresent, test.console, clock);
  ASSERT_TRUE(azure);
  EXPECT_EQ(azure->access->setup().cloud.vault_suffix, ".vault.azure.cn");
}

TEST_F(SigningAzureTest, TakesAWholeConfiguration) {
  const SignedImage image;
  const auto file =
      folder.write("whole.yaml", image.config("azure: {identity: azureManagedIdentity}\n"));
  EXPECT_TRUE(who(file, Credential::FirstPresent).starts_with("managed identity"));
}

TEST_F(SigningAzureTest, NamesTheLine) {
  for (const auto* bad : {"azrue: {}", "azure: {cloud: moon}", "azure: {cluod: china}",
                          "trustStores: []", "admission: {rulez: []}"}) {
    EXPECT_NE(who(config(bad), Credential::FirstPresent).find("config.yaml:"), std::string::npos)
        << bad;
  }
  EXPECT_NE(who(folder / "missing.yaml", Credential::FirstPresent).find("missing.yaml"),
            std::string::npos);
}

}  // namespace
}  // namespace countersign::app

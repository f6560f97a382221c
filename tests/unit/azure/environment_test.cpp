// SPDX-License-Identifier: Apache-2.0
#include "countersign/azure/environment.h"

#include <string>

#include <gtest/gtest.h>

namespace countersign::azure {
namespace {

const Cloud kPublic = Cloud::named("public").value();

const Environment kInjected{.client_id = "client-e",
                            .tenant_id = "tenant-e",
                            .token_file = "/var/run/secrets/azure/tokens/azure-identity-token",
                            .authority_host = "https://login.microsoftonline.com/",
                            .token_proxy = {}};

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(AzureEnvironment, IsWhatTheWebhookInjects) {
  const auto found = find_workload(kInjected, {}, kPublic);
  ASSERT_TRUE(found) << found.error().detail;
  EXPECT_EQ(found->application.client, "client-e");
  EXPECT_EQ(found->application.tenant, "tenant-e");
  EXPECT_EQ(found->application.authority, "https://login.microsoftonline.com/");
  EXPECT_EQ(found->token_file, "/var/run/secrets/azure/tokens/azure-identity-token");
}

TEST(AzureEnvironment, GivesWayToTheConfiguration) {
  const auto found = find_workload(kInjected,
                                   {.client = "client-c",
                                    .tenant = "tenant-c",
                                    .token_file = "/token",
                                    .authority = "https://login.internal:8443"},
                                   kPublic);
  ASSERT_TRUE(found) << found.error().detail;
  EXPECT_EQ(found->application.client, "client-c");
  EXPECT_EQ(found->application.tenant, "tenant-c");
  EXPECT_EQ(found->application.authority, "https://login.internal:8443/");
  EXPECT_EQ(found->token_file, "/token");
}

TEST(AzureEnvironment, NeedsNoAuthority) {
  auto environment = kInjected;
  environment.authority_host = std::nullopt;
  EXPECT_EQ(find_workload(environment, {}, Cloud::named("china").value())->application.authority,
            "https://login.partner.microsoftonline.cn/");
  environment.authority_host = "";
  EXPECT_EQ(find_workload(environment, {}, kPublic)->application.authority,
            "https://login.microsoftonline.com/");
  environment.authority_host = "https://login.microsoftonline.com";
  EXPECT_EQ(find_workload(environment, {}, kPublic)->application.authority,
            "https://login.microsoftonline.com/");
}

TEST(AzureEnvironment, NamesWhatIsMissingOrMeansNothing) {  // AZ-04
  using Change = void (*)(Environment&);
  const struct {
    Change change;
    const char* variable;
    const char* key;
  } rows[] = {{[](Environment& e) { e.client_id.reset(); }, "AZURE_CLIENT_ID", "azure.clientId"},
              {[](Environment& e) { e.client_id = ""; }, "AZURE_CLIENT_ID", "azure.clientId"},
              {[](Environment& e) { e.client_id = "a/b"; }, "AZURE_CLIENT_ID", "azure.clientId"},
              {[](Environment& e) { e.tenant_id.reset(); }, "AZURE_TENANT_ID", "azure.tenantId"},
              {[](Environment& e) { e.tenant_id = "..\r\n"; }, "AZURE_TENANT_ID", "azure.tenantId"},
              {[](Environment& e) { e.token_file.reset(); }, "AZURE_FEDERATED_TOKEN_FILE",
               "azure.tokenFile"},
              {[](Environment& e) { e.authority_host = "http://login.microsoftonline.com/"; },
               "AZURE_AUTHORITY_HOST", "azure.authority"},
              {[](Environment& e) { e.authority_host = "https://login.microsoftonline.com/t"; },
               "AZURE_AUTHORITY_HOST", "azure.authority"},
              {[](Environment& e) { e.authority_host = "https://login.microsoftonline.com:444/"; },
               "AZURE_AUTHORITY_HOST", "azure.authority"},
              {[](Environment& e) { e.authority_host = "https://u@login.microsoftonline.com/"; },
               "AZURE_AUTHORITY_HOST", "azure.authority"},
              {[](Environment& e) { e.authority_host = "https://login.microsoftonline.us/"; },
               "AZURE_AUTHORITY_HOST", "azure.authority"}};
  for (const auto& [change, variable, key] : rows) {
    auto environment = kInjected;
    change(environment);
    const auto found = find_workload(environment, {}, kPublic);
    ASSERT_FALSE(found) << variable;
    EXPECT_EQ(found.error().reason, Reason::AzureIdentityRefused);
    EXPECT_TRUE(has(found.error().detail, variable)) << found.error().detail;
    EXPECT_TRUE(has(found.error().detail, key)) << found.error().detail;
    EXPECT_FALSE(has(found.error().detail, "azure.workload.identity/use"));
  }
}

TEST(AzureEnvironment, WithoutAnyVariableHasAnotherCause) {  // AZ-04
  const auto found = find_workload({}, {}, kPublic);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().reason, Reason::AzureIdentityRefused);
  EXPECT_TRUE(has(found.error().detail, "AZURE_CLIENT_ID")) << found.error().detail;
  EXPECT_TRUE(has(found.error().detail, "azure.workload.identity/use"));
  EXPECT_TRUE(has(found.error().detail, "before the webhook was ready"));
  const auto half = find_workload({}, {.client = "c", .tenant = "t"}, kPublic);
  EXPECT_TRUE(has(half.error().detail, "AZURE_FEDERATED_TOKEN_FILE"));
  EXPECT_TRUE(has(half.error().detail, "azure.workload.identity/use"));
}

TEST(AzureEnvironment, SaysThatTheConfigurationIsWrong) {  // AZ-05
  for (const auto* name : {"a/b", "a?b", "..", "a\r\nb"}) {
    for (const auto& settings :
         {WorkloadSettings{.client = name}, WorkloadSettings{.tenant = name}}) {
      const auto found = find_workload(kInjected, settings, kPublic);
      ASSERT_FALSE(found) << name;
      EXPECT_EQ(found.error().reason, Reason::BadConfig);
      EXPECT_TRUE(has(found.error().detail, settings.client ? "azure.clientId" : "azure.tenantId"));
    }
  }
  const auto found =
      find_workload(kInjected, {.authority = "https://login.chinacloudapi.cn"}, kPublic);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().reason, Reason::BadConfig);
  EXPECT_TRUE(has(found.error().detail, "azure.authority"));
}

TEST(AzureEnvironment, SaysThatIdentityBindingsAreNotSupported) {  // AZ-19
  auto environment = kInjected;
  environment.token_proxy = "https://proxy.svc";
  for (const auto& settings :
       {WorkloadSettings{},
        WorkloadSettings{.client = "c", .tenant = "t", .token_file = "/t", .authority = {}}}) {
    const auto found = find_workload(environment, settings, kPublic);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().reason, Reason::AzureIdentityRefused);
    EXPECT_TRUE(has(found.error().detail, "AKS identity bindings are not supported"));
    EXPECT_TRUE(has(found.error().detail, "AZURE_KUBERNETES_TOKEN_PROXY"));
  }
  environment.token_proxy = "";
  EXPECT_TRUE(find_workload(environment, {}, kPublic));
}

TEST(AzureEnvironment, NamesAnApplicationWithoutAFile) {
  auto environment = kInjected;
  environment.token_file.reset();
  environment.token_proxy = "https://proxy.svc";
  const auto found = find_application(environment, {.tenant = "tenant-c"}, kPublic);
  ASSERT_TRUE(found) << found.error().detail;
  EXPECT_EQ(found->client, "client-e");
  EXPECT_EQ(found->tenant, "tenant-c");
}

}  // namespace
}  // namespace countersign::azure

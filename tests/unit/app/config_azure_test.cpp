// SPDX-License-Identifier: Apache-2.0
// The section `azure`, and everything that names one of its identities.
#include <gtest/gtest.h>

#include "app/config.h"
#include "app/config_sections.h"
#include "samples.h"

namespace countersign::app {
namespace {

using Kind = IdentitySetup::Kind;
using By = azure::ManagedIdentity::By;

const std::string kSecret = "clientSecretFile: s";

struct Parsed {
  std::optional<Config> config;
  std::vector<std::string> problems;
};

Parsed parse(const std::string& azure, const std::string& store = {},
             const std::string& registry = {}) {
  const TestServices services;
  auto text = SignedImage().config(azure.empty() ? "" : "azure: " + azure + "\n");
  const auto add = [&text](std::string_view section, const std::string& entry) {
    if (!entry.empty()) {
      text.insert(text.find(section) + section.size(), "  - " + entry + "\n");
    }
  };
  add("trustStores:\n", store);
  add("registries:\n", registry);
  auto config = parse_config(text, "/etc/c.yaml", builtins(), services.services);
  if (!config) {
    return {std::nullopt, config.error()};
  }
  return {std::move(*config), {}};
}

std::string vault(const std::string& more) {
  return "{name: 'ca:v', source: azureKeyVault, vault: 'https://kvdemo.vault.azure.net', "
         "certificates: [{name: signer}]" +
         (more.empty() ? "" : ", " + more) + "}";
}

std::string registry(const std::string& host, const std::string& credentials) {
  return "{host: '" + host + "', credentials: " + credentials + "}";
}

TEST(ConfigAzure, HasAPublicCloudAndAWorkloadIdentityUnlessToldOtherwise) {
  const auto [config, problems] = parse("");
  ASSERT_TRUE(config) << problems.front();
  const auto& azure = config->setup.azure->setup();
  EXPECT_EQ(azure.cloud.vault_suffix, ".vault.azure.net");
  ASSERT_EQ(azure.identity.size(), 1U);
  EXPECT_EQ(azure.identity.front().kind, Kind::Workload);
}

TEST(ConfigAzure, ReadsEveryIdentity) {
  const auto [config, problems] = parse(
      "{cloud: china, tenantId: t-1, clientId: c-1, tokenFile: tok, " + kSecret +
      ", managedIdentity: {resourceId: /sub/x}, identity: [azureWorkloadIdentity, "
      "azureManagedIdentity, azureServicePrincipal], authority: 'https://login.example:8443', "
      "caFile: ca.pem}");
  ASSERT_TRUE(config) << problems.front();
  const auto& azure = config->setup.azure->setup();
  EXPECT_EQ(azure.cloud.vault_suffix, ".vault.azure.cn");
  EXPECT_EQ(azure.authority, "https://login.example:8443/");
  EXPECT_EQ(azure.transport.ca_file, "/etc/ca.pem");
  const IdentityOrder order{
      {.kind = Kind::Workload, .tenant = "t-1", .client = "c-1", .file = "/etc/tok"},
      {.kind = Kind::Managed, .by = By::ResourceId, .id = "/sub/x"},
      {.kind = Kind::SecretPrincipal, .tenant = "t-1", .client = "c-1", .file = "/etc/s"}};
  EXPECT_EQ(azure.identity, order);
}

TEST(ConfigAzure, ACloudMayBeOneThatNobodyKnows) {  // AZ-18
  const std::string cloud =
      "{authority: 'https://login.cloud.example', vaultSuffix: .vault.cloud.example, "
      "vaultAudience: 'https://vault.cloud.example', registrySuffix: .registry.cloud.example, "
      "registryAudience: 'https://registry.cloud.example'}";
  const auto store = [](const std::string& host) {
    return "{name: 'ca:v', source: azureKeyVault, vault: 'https://" + host +
           "', certificates: [{name: signer}]}";
  };
  const auto [config, problems] =
      parse(cloud, store("kvdemo.vault.cloud.example"),
            registry("acme1.registry.cloud.example", "azureWorkloadIdentity"));
  ASSERT_TRUE(config) << problems.front();
  EXPECT_EQ(config->setup.azure->setup().cloud.vault_audience, "https://vault.cloud.example");
  EXPECT_FALSE(parse(cloud, store("kvdemo.vault.azure.net")).config);
  EXPECT_FALSE(parse(cloud, "", registry("acme1.azurecr.io", "azureWorkloadIdentity")).config);
}

TEST(ConfigAzure, APlaceMaySayOtherwise) {
  const auto [config, problems] =
      parse("{tenantId: t-1, clientId: c-1}",
            vault("identity: {kind: azureServicePrincipal, clientId: c-2, "
                  "clientCertificateFile: c.pem}"),
            registry("acme1.azurecr.io", "{kind: azureManagedIdentity, clientId: c-3}"));
  ASSERT_TRUE(config) << problems.front();
  auto& azure = *config->setup.azure;
  EXPECT_EQ(azure.use({{.kind = Kind::CertificatePrincipal,
                        .tenant = "t-1",
                        .client = "c-2",
                        .file = "/etc/c.pem"}}),
            0U);
  EXPECT_EQ(azure.use({{.kind = Kind::Managed, .by = By::ClientId, .id = "c-3"}}), 1U);
}

TEST(ConfigAzure, RefusesWhatCantBeMeant) {  // AZ-05
  for (const auto& azure : {std::string("{cloud: mars}"),
                            std::string("{tenantId: a/b}"),
                            std::string("{clientId: ''}"),
                            std::string("{clientId: \"a\\r\\nb\"}"),
                            std::string("{tenantId: ..}"),
                            std::string("{identity: azureServicePrincipal}"),
                            std::string("{identity: basic}"),
                            std::string("{identity: []}"),
                            std::string("{identity: [azureManagedIdentity, x]}"),
                            std::string("{authority: 'http://login.example'}"),
                            std::string("{authority: 'https://u@login.example'}"),
                            std::string("{managedIdentity: {clientId: a, objectId: b}}"),
                            std::string("{registryAudience: 'https://management.azure.com/'}"),
                            std::string("{registryAudience: 'http://management.azure.com'}"),
                            std::string("{vaultSuffix: vault.azure.net}"),
                            std::string("{vaultSuffix: .Vault.example}"),
                            std::string("{vaultSuffix: './x'}"),
                            std::string("{registrySuffix: ''}"),
                            "{clientCertificateFile: c, " + kSecret + "}",
                            std::string("{surprise: 1}")}) {
    EXPECT_FALSE(parse(azure).config) << azure;
  }
}

TEST(ConfigAzure, ReadsAVaultsStore) {
  const auto [config, problems] =
      parse("", vault("read: certificates, expired: keep, refresh: 5m, maxStale: 1h, identity: "
                      "[azureManagedIdentity]"));
  ASSERT_TRUE(config) << problems.front();
  const auto& store = config->setup.stores.front().store;
  EXPECT_EQ(store.refresh, std::chrono::minutes(5));
  EXPECT_EQ(store.max_stale, std::chrono::hours(1));
  EXPECT_EQ(store.source->description(), "Key Vault kvdemo.vault.azure.net");
  EXPECT_TRUE(store.source->fetched());
  EXPECT_TRUE(config->setup.azure->hosts().contains("kvdemo.vault.azure.net"));
}

TEST(ConfigAzure, AVaultsStoreHasSaneDefaults) {
  const auto [config, problems] = parse("", vault(""));
  ASSERT_TRUE(config) << problems.front();
  EXPECT_EQ(config->setup.stores.front().store.refresh, std::chrono::minutes(15));
  EXPECT_EQ(config->setup.stores.front().store.max_stale, std::chrono::hours(24));
}

TEST(ConfigAzure, SelectsCertificatesInEveryWay) {
  for (const auto* one :
       {"{name: a, versions: 2}", "{name: a, versions: all}",
        "{name: a, version: 0123456789abcdef0123456789ABCDEF}", "{namePattern: 'sign-*'}",
        "{tags: {purpose: signing}, versions: 3, required: true}"}) {
    const auto [config, problems] =
        parse("",
              "{name: 'ca:v', source: azureKeyVault, vault: 'https://kvdemo.vault.azure.net', "
              "certificates: [" +
                  std::string(one) + "]}");
    EXPECT_TRUE(config) << one << ": " << problems.front();
  }
}

TEST(ConfigAzure, RefusesCertificatesThatCantBeMeant) {  // AZ-21
  for (const auto& one :
       {std::string("{}"), std::string("{name: a, namePattern: 'b*'}"), std::string("{name: a_b}"),
        "{name: " + std::string(128, 'a') + "}", std::string("{name: a, versions: 0}"),
        std::string("{name: a, versions: 26}"), std::string("{name: a, version: 01}"),
        std::string("{name: a, version: 0123456789abcdef0123456789abcdef, versions: 1}"),
        std::string("{namePattern: 'a*', version: 0123456789abcdef0123456789abcdef}"),
        std::string("{namePattern: a}"), std::string("{tags: {}}"), std::string("{tags: {a: [1]}}"),
        std::string("{name: a, surprise: 1}")}) {
    EXPECT_FALSE(parse("",
                       "{name: 'ca:v', source: azureKeyVault, vault: "
                       "'https://kvdemo.vault.azure.net', certificates: [" +
                           one + "]}")
                     .config)
        << one;
  }
  for (const auto* more : {"read: keys", "expired: maybe", "refresh: 59s", "refresh: 25h",
                           "maxStale: 0s", "maxStale: 721h", "identity: x"}) {
    EXPECT_FALSE(parse("", vault(more)).config) << more;
  }
  for (const auto* address :
       {"http://kvdemo.vault.azure.net", "https://kvdemo.vault.azure.cn",
        "https://kvdemo.managedhsm.azure.net", "https://kvdemo.vault.azure.net/x"}) {
    EXPECT_FALSE(parse("", "{name: 'ca:v', source: azureKeyVault, vault: '" + std::string(address) +
                               "', certificates: [{name: a}]}")
                     .config)
        << address;
  }
}

TEST(ConfigAzure, RefreshAndMaxStaleAreOfWhatIsFetched) {
  EXPECT_FALSE(parse("", "{name: 'ca:f', source: files, paths: [a], refresh: 5m}").config);
  EXPECT_FALSE(parse("", "{name: 'ca:f', source: files, paths: [a], maxStale: 5m}").config);
}

struct Host {
  std::string_view host;
  std::string_view credentials;
  bool good;
};

// The token goes to who is listed, and a list may not name just anybody by mistake.
TEST(ConfigAzure, SendsTokensToTheRegistriesOfItsCloudOnly) {  // NET-02, AZ-18
  const std::string kinds[] = {"azureWorkloadIdentity", "azureManagedIdentity"};
  const Host rows[] = {
      {"contoso.azurecr.io", "", true},
      {"contoso.azurecr.cn", "", false},
      {"contoso.azurecr.io.evil.example", "", false},
      {"mcr.microsoft.com", "", false},
      {"contoso.azurecr.io:8443", "", false},
      {"registry.contoso.example", "", false},
      {"registry.contoso.example", ", customHost: true", true},
  };
  for (const auto& row : rows) {
    for (const auto& kind : kinds) {
      const auto credentials = "{kind: " + kind + std::string(row.credentials) + "}";
      EXPECT_EQ(parse("", "", registry(std::string(row.host), credentials)).config.has_value(),
                row.good)
          << row.host << row.credentials;
    }
  }
}

TEST(ConfigAzure, SendsNoTokenWithoutTlsAndToNoRealm) {
  const auto good = "host: acme1.azurecr.io, credentials: azureWorkloadIdentity";
  EXPECT_TRUE(parse("", "", "{" + std::string(good) + "}").config);
  EXPECT_FALSE(parse("", "", "{" + std::string(good) + ", plainHttp: true}").config);
  EXPECT_FALSE(
      parse("", "", "{" + std::string(good) + ", tokenRealms: ['https://auth.example']}").config);
}

TEST(ConfigAzure, ReadsAFamilyOfRegistries) {
  for (const auto* credentials :
       {"azureWorkloadIdentity", "azureManagedIdentity", "anonymous", "pullSecrets"}) {
    const auto [config, problems] = parse("", "", registry("*.azurecr.io", credentials));
    ASSERT_TRUE(config) << problems.front();
    const auto& setup = config->setup.registries.front();
    ASSERT_TRUE(setup.family) << credentials;
    EXPECT_EQ(setup.host, "*.azurecr.io");
  }
  EXPECT_TRUE(
      parse("{cloud: china}", "", registry("*.azurecr.cn", "azureWorkloadIdentity")).config);
  const auto [config, problems] =
      parse("", "", "{host: contoso.azurecr.io, credentials: azureWorkloadIdentity}");
  ASSERT_TRUE(config);
  EXPECT_FALSE(config->setup.registries.front().family);
}

// Nothing else is a family, and nothing makes its members less sure.
TEST(ConfigAzure, RefusesEveryOtherFamily) {
  struct Row {
    const char* registry;
    const char* place;
  };
  for (const auto& row : {
           Row{"{host: '*.example.com'}", "host: only \"*.azurecr.io\""},
           Row{"{host: '*'}", "host: "},
           Row{"{host: '*.azurecr.cn'}", "host: "},
           Row{"{host: 'acme*.azurecr.io'}", "host: "},
           Row{"{host: '*.geo.azurecr.io'}", "host: "},
           Row{"{host: '*.azurecr.io', plainHttp: true}", "plainHttp: "},
           Row{"{host: '*.azurecr.io', tokenRealms: ['https://a.example']}", "tokenRealms: "},
           Row{"{host: '*.azurecr.io', clientCertificate: {certificate: a, key: b}}",
               "clientCertificate: "},
           Row{"{host: '*.azurecr.io', ociLayout: ./x}", "ociLayout"},
           Row{"{host: '*.azurecr.io', mirrors: [{host: m.example}]}", "mirrors"},
           Row{"{host: '*.azurecr.io', credentials: {kind: basic, username: a, password: b}}",
               "credentials: such credentials are for one registry"},
           Row{"{host: '*.azurecr.io', credentials: {kind: dockerConfig, config: {auths: {}}}}",
               "credentials: such credentials are for one registry"},
           Row{"{host: '*.azurecr.io', credentials: {kind: azureWorkloadIdentity, customHost: "
               "true}}",
               "credentials: customHost"},
       }) {
    const auto [config, problems] = parse("", "", row.registry);
    ASSERT_FALSE(config) << row.registry;
    EXPECT_NE(problems.front().find(row.place), std::string::npos) << problems.front();
  }
  const auto twice = parse("", "", "{host: '*.azurecr.io'}\n  - {host: '*.azurecr.io'}");
  EXPECT_FALSE(twice.config);
  const auto mirror = parse("", "", "{host: ghcr.io, mirrors: [{host: '*.azurecr.io'}]}");
  EXPECT_FALSE(mirror.config);
}

}  // namespace
}  // namespace countersign::app

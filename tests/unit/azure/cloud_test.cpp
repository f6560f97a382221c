// SPDX-License-Identifier: Apache-2.0
#include "countersign/azure/cloud.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

namespace countersign::azure {
namespace {

Cloud cloud(std::string_view name = "public") { return Cloud::named(name).value(); }

constexpr const char* kNames[] = {"public", "usGovernment", "china"};

struct Names {  // of one cloud
  const char* cloud;
  const char* authority;
  const char* vault;
  const char* audience;
  const char* registry;
};
constexpr Names kClouds[] = {
    {"public", "https://login.microsoftonline.com/", "https://kv1.vault.azure.net",
     "https://vault.azure.net", "contoso.azurecr.io"},
    {"usGovernment", "https://login.microsoftonline.us/", "https://kv1.vault.usgovcloudapi.net",
     "https://vault.usgovcloudapi.net", "contoso.azurecr.us"},
    {"china", "https://login.partner.microsoftonline.cn/", "https://kv1.vault.azure.cn",
     "https://vault.azure.cn", "contoso.azurecr.cn"}};

TEST(Cloud, IsOneOfThree) {
  for (const auto* name : kNames) {
    const auto found = Cloud::named(name);
    ASSERT_TRUE(found) << name;
    EXPECT_EQ(found->registry_audience, "https://containerregistry.azure.net");
  }
  for (const auto* name : {"", "Public", "germany", "public ", "usgovernment"}) {
    const auto found = Cloud::named(name);
    ASSERT_FALSE(found) << name;
    EXPECT_EQ(found.error().reason, Reason::BadConfig);
  }
}

TEST(Cloud, TakesItsOwnNamesAndNoOthers) {  // AZ-18
  for (const auto* name : kNames) {
    const auto here = cloud(name);
    for (const auto& names : kClouds) {
      const bool own = std::string_view(name) == names.cloud;
      const auto authority = parse_authority(names.authority, Port::Usual);
      ASSERT_TRUE(authority);
      EXPECT_EQ(check_authority(*authority, here).has_value(), own) << name << names.authority;
      EXPECT_EQ(Vault::parse(names.vault, here).has_value(), own) << name << names.vault;
      EXPECT_EQ(check_login_server(names.registry, here).has_value(), own) << names.registry;
      EXPECT_EQ(here.authority == names.authority, own);
      EXPECT_EQ(here.vault_audience == names.audience, own);
    }
  }
  const auto mixed = check_authority("https://login.chinacloudapi.cn/", cloud());
  ASSERT_FALSE(mixed);
  EXPECT_EQ(mixed.error().reason, Reason::BadConfig);
  EXPECT_NE(mixed.error().detail.find("china"), std::string::npos);
  const auto vault = Vault::parse("https://kv1.vault.azure.cn", cloud());
  ASSERT_FALSE(vault);
  EXPECT_NE(vault.error().detail.find("china"), std::string::npos);
}

TEST(Cloud, LetsAuthoritiesPassThatNobodyKnows) {
  EXPECT_TRUE(check_authority("https://login.sovcloud-identity.fr/", cloud()));
  EXPECT_TRUE(check_authority("https://adfs.local.azurestack.external:8443/", cloud("china")));
  EXPECT_TRUE(check_authority("https://login.windows.net/", cloud()));
}

TEST(Cloud, ReadsAnAuthority) {
  const struct {
    const char* text;
    const char* usual;  // "": refused
    const char* any;
  } rows[] = {{"https://login.microsoftonline.com/", "https://login.microsoftonline.com/",
               "https://login.microsoftonline.com/"},
              {"https://login.microsoftonline.com", "https://login.microsoftonline.com/",
               "https://login.microsoftonline.com/"},
              {"HTTPS://Login.MicrosoftOnline.COM", "https://login.microsoftonline.com/",
               "https://login.microsoftonline.com/"},
              {"https://127.0.0.1:8443/", "", "https://127.0.0.1:8443/"},
              {"https://host:443", "", "https://host:443/"},
              {"http://login.microsoftonline.com/", "", ""},
              {"https://login.microsoftonline.com/tenant", "", ""},
              {"https://login.microsoftonline.com//", "", ""},
              {"https://login.microsoftonline.com/?", "", ""},
              {"https://login.microsoftonline.com?a=b", "", ""},
              {"https://login.microsoftonline.com#", "", ""},
              {"https://login.microsoftonline.com.", "", ""},
              {"https://login.microsoftonline.com:", "", ""},
              {"https://user@login.microsoftonline.com", "", ""},
              {"https://user:x@login.microsoftonline.com", "", ""},
              {"https://login.microsoftonline%2ecom", "", ""},
              {"https://0x7f.1/", "", ""},
              {"https://a b/", "", ""},
              {"https://host/\r\nX: y", "", ""},
              {"login.microsoftonline.com", "", ""},
              {"//login.microsoftonline.com", "", ""},
              {"https://", "", ""},
              {"", "", ""}};
  for (const auto& [text, usual, any] : rows) {
    EXPECT_EQ(parse_authority(text, Port::Usual).value_or(""), usual) << text;
    EXPECT_EQ(parse_authority(text, Port::Any).value_or(""), any) << text;
    const auto parsed = parse_authority(text, Port::Usual);
    if (!parsed) {
      EXPECT_EQ(parsed.error().reason, Reason::BadConfig) << text;
    }
  }
}

TEST(Cloud, ReadsTheNameOfATenantOrClient) {  // AZ-05
  for (const auto& text :
       {std::string("11111111-2222-3333-4444-555555555555"), std::string("contoso.onmicrosoft.com"),
        std::string("common"), std::string(limits::kAzureNameBytes, 'a')}) {
    EXPECT_EQ(parse_azure_name(text).value_or(""), text);
  }
  for (const auto& text :
       {std::string(),           std::string("."),
        std::string(".."),       std::string("a..b"),
        std::string(".a"),       std::string("a."),
        std::string("a/b"),      std::string("../b"),
        std::string("a?b"),      std::string("a#b"),
        std::string("a%2fb"),    std::string("a\\b"),
        std::string("a b"),      std::string("a\r\nb"),
        std::string("a\n"),      std::string("a\0b", 3),
        std::string("a&b=c"),    std::string("t\xc3\xa4nant"),
        std::string("{tenant}"), std::string(limits::kAzureNameBytes + 1, 'a')}) {
    const auto parsed = parse_azure_name(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().reason, Reason::BadConfig);
  }
}

TEST(Cloud, KnowsItsLoginServers) {
  for (const auto* host :
       {"contoso.azurecr.io", "a1b2c.azurecr.io", "contoso-a1b2c3d4.azurecr.io",
        "contoso.westeurope.geo.azurecr.io", "contoso-a1b2c3d4.eastus2.geo.azurecr.io"}) {
    EXPECT_TRUE(check_login_server(host, cloud())) << host;
  }
  const std::string long_name(51, 'a');
  for (const std::string& host : {std::string(),
                                  std::string("azurecr.io"),
                                  std::string(".azurecr.io"),
                                  std::string("contoso.azurecr.us"),
                                  std::string("contoso.azurecr.io.attacker.com"),
                                  std::string("contoso.azurecr.io."),
                                  std::string("contoso.azurecr.io:443"),
                                  std::string("contoso.azurecr.io:8443"),
                                  std::string("contosoazurecr.io"),
                                  std::string("contoso.xazurecr.io"),
                                  std::string("contoso.westeurope.data.azurecr.io"),
                                  std::string("contoso.azurecr.io/x"),
                                  std::string("a.contoso.azurecr.io"),
                                  std::string("mcr.microsoft.com"),
                                  std::string("mcr.azurecr.io"),
                                  std::string("geo.azurecr.io"),
                                  std::string("contoso.geo.azurecr.io"),
                                  std::string("contoso..geo.azurecr.io"),
                                  std::string("a.contoso.westeurope.geo.azurecr.io"),
                                  std::string("contoso.west-europe.geo.azurecr.io"),
                                  std::string("Contoso.azurecr.io"),
                                  std::string("contoso-.azurecr.io"),
                                  std::string("-contoso.azurecr.io"),
                                  std::string("contoso-a-b.azurecr.io"),
                                  std::string("abcd.azurecr.io"),
                                  std::string("con_toso.azurecr.io"),
                                  std::string("user@contoso.azurecr.io"),
                                  std::string("contoso\n.azurecr.io"),
                                  long_name + ".azurecr.io"}) {
    const auto checked = check_login_server(host, cloud());
    ASSERT_FALSE(checked) << host;
    EXPECT_EQ(checked.error().reason, Reason::BadConfig) << host;
  }
}

TEST(Cloud, ReadsTheAddressOfAVault) {
  for (const auto* text : {"https://kv-1.vault.azure.net", "https://kv-1.vault.azure.net/",
                           "HTTPS://KV-1.Vault.Azure.NET/"}) {
    const auto vault = Vault::parse(text, cloud());
    ASSERT_TRUE(vault) << text;
    EXPECT_EQ(vault->name, "kv-1");
    EXPECT_EQ(vault->host, "kv-1.vault.azure.net");
    EXPECT_EQ(vault->origin, "https://kv-1.vault.azure.net");
  }
  EXPECT_TRUE(Vault::parse("https://abc.vault.azure.net", cloud()));
  EXPECT_TRUE(Vault::parse("https://a23456789012345678901234.vault.azure.net", cloud()));
}

// Without a Vault there is nothing that a token could be sent to.
TEST(Cloud, RefusesWhatOnlyLooksLikeAVault) {  // AZ-20
  for (const auto* text : {"",
                           "kv1.vault.azure.net",
                           "http://kv1.vault.azure.net",
                           "https:/kv1.vault.azure.net",
                           "https://kv1.vault.azure.org",
                           "https://kv1.vaultXazure.net",
                           "https://kv1vault.azure.net",
                           "https://evil.vault.azure.net.attacker.com",
                           "https://attacker.com/kv1.vault.azure.net",
                           "https://attacker.com?kv1.vault.azure.net",
                           "https://attacker.com#.vault.azure.net",
                           "https://attacker.com\\.vault.azure.net",
                           "https://vault.azure.net",
                           "https://.vault.azure.net",
                           "https://user@kv1.vault.azure.net",
                           "https://user:x@kv1.vault.azure.net",
                           "https://kv1.vault.azure.net:443",
                           "https://kv1.vault.azure.net:8443/",
                           "https://kv1.vault.azure.net/secrets",
                           "https://kv1.vault.azure.net//",
                           "https://kv1.vault.azure.net/?x",
                           "https://kv1.vault.azure.net?x",
                           "https://kv1.vault.azure.net#x",
                           "https://kv1.vault.azure.net.",
                           "https://kv1.vault.azure.net./",
                           "https://a.kv1.vault.azure.net",
                           "https://kv1.privatelink.vault.azure.net",
                           "https://kv1.privatelink.vaultcore.azure.net",
                           "https://10.0.0.1",
                           "https://10.0.0.1.vault.azure.net",
                           "https://[::1]",
                           "https://kv.vault.azure.net",
                           "https://a234567890123456789012345.vault.azure.net",
                           "https://1kv.vault.azure.net",
                           "https://-kv.vault.azure.net",
                           "https://kv1-.vault.azure.net",
                           "https://kv--1.vault.azure.net",
                           "https://k_v1.vault.azure.net",
                           "https://k%761.vault.azure.net",
                           "https://kv1 .vault.azure.net",
                           " https://kv1.vault.azure.net",
                           "https://kv1.vault.azure.net ",
                           "https://kv1.vault.azure.net\n",
                           "https://k\xc3\xa4v1.vault.azure.net"}) {
    const auto vault = Vault::parse(text, cloud());
    ASSERT_FALSE(vault) << text;
    EXPECT_EQ(vault.error().reason, Reason::BadConfig) << text;
  }
}

TEST(Cloud, SaysThatAManagedHsmIsNoVault) {
  for (const auto* text : {"https://hsm1.managedhsm.azure.net/", "https://hsm1.managedhsm.azure.cn",
                           "https://hsm1.managedhsm.usgovcloudapi.net"}) {
    const auto vault = Vault::parse(text, cloud());
    ASSERT_FALSE(vault) << text;
    EXPECT_EQ(vault.error().reason, Reason::BadConfig);
    EXPECT_NE(vault.error().detail.find("a managed HSM has no certificates"), std::string::npos);
  }
}

}  // namespace
}  // namespace countersign::azure

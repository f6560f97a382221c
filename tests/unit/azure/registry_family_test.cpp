// SPDX-License-Identifier: Apache-2.0
#include "countersign/azure/registry_family.h"

#include <gtest/gtest.h>

namespace countersign::azure {
namespace {

Cloud cloud_called(std::string_view name) { return Cloud::named(name).value(); }

TEST(RegistryFamily, IsThatOfTheCloudAndNothingElse) {
  EXPECT_EQ(RegistryFamily::parse("*.azurecr.io", cloud_called("public"))->text(), "*.azurecr.io");
  EXPECT_TRUE(RegistryFamily::parse("*.azurecr.us", cloud_called("usGovernment")));
  EXPECT_TRUE(RegistryFamily::parse("*.azurecr.cn", cloud_called("china")));
  for (const auto* text : {"*.example.com",
                           "*",
                           "**",
                           "*.*",
                           "*.io",
                           "*.azurecr.cn",
                           "*.azurecr.us",
                           "*.azurecr.de",
                           "*.AZURECR.IO",
                           "*.azurecr.io.",
                           "*.azurecr.io:443",
                           "*.azurecr.io/app",
                           "*azurecr.io",
                           "acme*.azurecr.io",
                           "*.geo.azurecr.io",
                           "*.eastus.geo.azurecr.io",
                           "*.*.azurecr.io",
                           "*.data.azurecr.io",
                           "*.privatelink.azurecr.io",
                           "*.azurecr.io.example.com",
                           "*.example.com.azurecr.io",
                           "https://*.azurecr.io",
                           " *.azurecr.io"}) {
    const auto family = RegistryFamily::parse(text, cloud_called("public"));
    ASSERT_FALSE(family) << text;
    EXPECT_EQ(family.error().reason, Reason::BadConfig) << text;
    EXPECT_NE(family.error().detail.find("*.azurecr.io"), std::string::npos) << text;
  }
}

// CVE-2025-27403: hosts that look like one of Azure.
TEST(RegistryFamily, HoldsOneLabelInPlaceOfTheStar) {
  const auto family = *RegistryFamily::parse("*.azurecr.io", cloud_called("public"));
  EXPECT_TRUE(family.holds(family.example()));
  for (const auto* host : {"contoso.azurecr.io", "contoso-a1b2c3.azurecr.io", "acr01.azurecr.io"}) {
    EXPECT_TRUE(family.holds(host)) << host;
  }
  for (const auto* host : {"",
                           "azurecr.io",
                           ".azurecr.io",
                           "*.azurecr.io",
                           "acme.azurecr.io",
                           "a.b.azurecr.io",
                           "contoso.azurecr.io.evil.example",
                           "contoso.azurecr.io.",
                           "contoso.azurecr.io:443",
                           "contoso.azurecr.io:8443",
                           "contoso.azurecr.io@evil.example",
                           "evil.example#.azurecr.io",
                           "evil.example/contoso.azurecr.io",
                           "evil.example?contoso.azurecr.io",
                           "contosoazurecr.io",
                           "contoso-azurecr.io",
                           "contoso.azurecr.cn",
                           "contoso.azurecr.us",
                           "contoso.xazurecr.io",
                           "contoso.eastus.geo.azurecr.io",
                           "contoso.eastus.data.azurecr.io",
                           "mcr.microsoft.com",
                           "Contoso.azurecr.io",
                           "cont_oso.azurecr.io",
                           "contoso-.azurecr.io",
                           "-contoso.azurecr.io",
                           "xn--contso-5ya.azurecr.io",
                           "contoso%2eevil.azurecr.io",
                           "contoso..azurecr.io"}) {
    EXPECT_FALSE(family.holds(host)) << host;
  }
}

}  // namespace
}  // namespace countersign::azure

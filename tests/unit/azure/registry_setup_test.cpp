// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/azure/registry_credentials.h"
#include "countersign/base/limits.h"

namespace countersign::azure {
namespace {

using Services = std::vector<std::string>;

TEST(RegistrySetup, ARegistryIssuesItsTokensItself) {
  const struct {
    std::string host;
    Services services;
  } rows[] = {
      {"contoso.azurecr.io", {"contoso.azurecr.io"}},
      {"contoso-abc123.azurecr.io", {"contoso-abc123.azurecr.io"}},
      {"contoso.azurecr.cn", {"contoso.azurecr.cn"}},
      {"registry.example.com:5000", {"registry.example.com:5000"}},
      {"contoso.westeurope.geo.azurecr.io",
       {"contoso.westeurope.geo.azurecr.io", "contoso.azurecr.io"}},
      {"contoso.usgovvirginia.geo.azurecr.us",
       {"contoso.usgovvirginia.geo.azurecr.us", "contoso.azurecr.us"}},
      // Of no form that is known: itself alone.
      {"contoso.geo.azurecr.io", {"contoso.geo.azurecr.io"}},
      {"a.b.c.geo.azurecr.io", {"a.b.c.geo.azurecr.io"}},
      {".b.geo.azurecr.io", {".b.geo.azurecr.io"}},
      {"a..geo.azurecr.io", {"a..geo.azurecr.io"}},
      {"geo.azurecr.io", {"geo.azurecr.io"}},
      {"a.b.geo.evil.test", {"a.b.geo.evil.test"}},
  };
  for (const auto& [host, services] : rows) {
    registry::RegistrySettings settings;
    set_up_registry(host, settings);
    ASSERT_TRUE(settings.issuer) << host;
    EXPECT_EQ(settings.issuer->path, "/oauth2/token");
    EXPECT_EQ(settings.issuer->services, services) << host;
    EXPECT_EQ(settings.referrers_per_minute, limits::kAcrReferrersPerMinute);
  }
}

TEST(RegistrySetup, APaceThatIsConfiguredStays) {
  registry::RegistrySettings settings{.referrers_per_minute = 7};
  set_up_registry("contoso.azurecr.io", settings);
  EXPECT_EQ(settings.referrers_per_minute, 7U);
}

// What Azure grants one identity of a Basic or Standard registry, in its worst minute.
TEST(RegistrySetup, ThePaceIsBelowWhatAzureGrants) {
  static_assert(limits::kAcrReferrersPerMinute + limits::kReferrersBurst < 250);
}

}  // namespace
}  // namespace countersign::azure

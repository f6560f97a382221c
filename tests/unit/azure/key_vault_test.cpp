// SPDX-License-Identifier: Apache-2.0
#include "countersign/azure/key_vault.h"

#include <gtest/gtest.h>

#include "support/fixed_clock.h"
#include "support/pki.h"
#include "unit/azure/audience_identity.h"

namespace countersign::azure {
namespace {

using namespace answers;

TEST(KeyVault, AsksForTokensOfTheConfiguredAudienceAlone) {  // AZ-22
  const test::FixedClock clock;
  std::vector<std::string> asked;
  TokenKeeper keeper(std::make_unique<AudienceIdentity>(asked), clock, [] { return 0.5; });
  LiteralVault http(secret("ca", version(1), test::make_root().pem()));
  const auto source = make_key_vault_source(
      {.vault = vault(), .audience = std::string(kAudience), .selections = {{.name = "ca"}}},
      keeper, http, clock);
  EXPECT_EQ(source->description(), "Key Vault kv.vault.azure.net");
  const auto load = [&] {
    const auto items = source->load(clock.in(std::chrono::seconds(10)));
    return items && items->front().entries ? items->front().entries->size() : 0;
  };
  EXPECT_EQ(load(), 1U);
  EXPECT_EQ(load(), 1U);
  EXPECT_EQ(asked, std::vector<std::string>{"https://vault.azure.net"}) << "kept, and no slash";
  http.refused = http.tokens.back();
  EXPECT_EQ(load(), 1U) << "a refused one is replaced";
  EXPECT_EQ(asked, std::vector<std::string>(2, "https://vault.azure.net"));

  // With a slash the vault refuses them.
  const auto other = make_key_vault_source(
      {.vault = vault(), .audience = std::string(kAudience) + "/", .selections = {{.name = "ca"}}},
      keeper, http, clock);
  const auto items = other->load(clock.in(std::chrono::seconds(10)));
  ASSERT_TRUE(items);
  ASSERT_FALSE(items->front().entries);
  EXPECT_EQ(items->front().entries.error().reason, Reason::KeyVaultDenied);
  EXPECT_NE(items->front().entries.error().detail.find("AKV10022"), std::string::npos);
}

}  // namespace
}  // namespace countersign::azure

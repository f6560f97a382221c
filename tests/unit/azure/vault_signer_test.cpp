// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "countersign/azure/vault_key.h"

#include "support/fixed_clock.h"
#include "unit/azure/audience_identity.h"
#include "unit/azure/jwk.h"

namespace countersign::azure {
namespace {

using namespace answers;
using namespace test;

// What it signs, and when it refuses to, is in remote_key_test.cpp.
TEST(VaultSigner, FindsAndSignsWithTokensOfTheKeeper) {
  const FixedClock clock;
  std::vector<std::string> asked;
  TokenKeeper keeper(std::make_unique<AudienceIdentity>(asked), clock, [] { return 0.5; });
  const auto own = key(KeyType::P256);
  const auto soon = clock.in(std::chrono::seconds(10));
  LiteralVault keys(key_answer("signer", version(1), jwk_of(own)));
  const auto found =
      VaultSigner(vault(), std::string(kAudience), keeper, keys).find("signer", "", soon);
  ASSERT_TRUE(found);
  const auto signature = own.sign(as_bytes("message"));
  LiteralVault signatures(signature_answer("signer", version(1), signature));
  const VaultSigner signer(vault(), std::string(kAudience), keeper, signatures);
  EXPECT_EQ(signer.sign(*found, as_bytes("message"), soon), signature);
  EXPECT_EQ(signer.sign(*found, as_bytes("another"), soon).error().reason,
            Reason::SignatureInvalid);
  EXPECT_EQ(asked, std::vector<std::string>{std::string(kAudience)});
}

}  // namespace
}  // namespace countersign::azure

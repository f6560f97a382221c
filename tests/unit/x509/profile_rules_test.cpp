// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"
#include "countersign/x509/profile.h"

#include "profile_chains.h"

namespace countersign::x509 {
namespace {

using Told = std::vector<std::pair<std::size_t, std::string>>;

Told told(const std::vector<ProfileFault>& faults) {
  Told all;
  for (const auto& fault : faults) {
    all.emplace_back(fault.certificate, fault.detail);
  }
  return all;
}

// check_profile() would tell of the first of these alone.
TEST(ProfileRules, TellsEveryRuleThatIsBroken) {
  const auto bad_leaf = [](CertificateSpec& spec) {
    spec.key_usage = {Criticality::NotCritical,
                      static_cast<std::uint16_t>(KeyUsageBit::KeyCertSign)};
    spec.extended_key_usage = {Criticality::NotCritical, {"1.3.6.1.5.5.7.3.1"}};
    spec.hash = test::SignatureHash::Sha1;
  };
  const auto chain = chain_of(nothing, no_usage, bad_leaf);
  EXPECT_EQ(told(profile_faults(chain, Purpose::CodeSigning)),
            (Told{{0, "has a key usage that is not critical"},
                  {0, "lacks the key usage digitalSignature"},
                  {0, "has a key usage beside digitalSignature"},
                  {0, "has the extended key usage 1.3.6.1.5.5.7.3.1"},
                  {0, "is signed with a weak or unknown algorithm"},
                  {1, "has no key usage"}}));
}

TEST(ProfileRules, TellsOfEveryLink) {
  auto chain = chain_of(nothing, nothing, nothing);
  std::swap(chain[1], chain[2]);
  EXPECT_EQ(told(profile_faults(chain, Purpose::CodeSigning)),
            (Told{{0, "is not issued by the next of the chain"},
                  {1, "is self-signed and not the last of the chain"},
                  {2, "ends the chain and is not a self-signed root"}}));
  chain.erase(chain.begin() + 1, chain.end());
  EXPECT_EQ(told(profile_faults(chain, Purpose::CodeSigning)),
            (Told{{0, "is the only one of the chain and not self-signed"}}));
}

TEST(ProfileRules, LooksAtNoMoreThanTheLimit) {
  EXPECT_EQ(profile_faults({}, Purpose::CodeSigning).size(), 1U);
  const Chain chain(10'000, chain_of(nothing, nothing, nothing).front());
  const auto faults = profile_faults(chain, Purpose::CodeSigning);
  ASSERT_FALSE(faults.empty());
  EXPECT_EQ(faults.front().certificate, limits::kChainCertificates);
  EXPECT_LT(faults.size(), 100U);
}

TEST(ProfileRules, JudgesACaThatStandsAlone) {
  EXPECT_TRUE(
      ca_faults(test::make_root(test::ca_spec()).chain().front(), Purpose::CodeSigning).empty());
  auto spec = test::ca_spec();
  signed_sha1(spec);
  no_usage(spec);
  EXPECT_EQ(ca_faults(test::make_root(spec).chain().front(), Purpose::CodeSigning).size(), 2U);
}

}  // namespace
}  // namespace countersign::x509

// SPDX-License-Identifier: Apache-2.0
#include "app/certificate_trial.h"

#include <gtest/gtest.h>

#include "support/pki.h"

namespace countersign::app {
namespace {

using std::chrono::days;
using std::chrono::year;

const Time kNow = std::chrono::sys_days{year{2026} / 3 / 1};

CertificateTrial tried(const x509::Chain& certificates, As as = As::Signer) {
  return try_certificates(certificates, as, std::nullopt, kNow);
}

std::vector<Reason> reasons(const CertificateTrial& trial) {
  std::vector<Reason> all;
  for (const auto& each : trial.certificates) {
    for (const auto& fault : each.faults) {
      all.push_back(fault.reason);
    }
  }
  for (const auto& fault : trial.faults) {
    all.push_back(fault.reason);
  }
  return all;
}

std::size_t remarks(const CertificateTrial& trial) {
  auto count = trial.remarks.size();
  for (const auto& each : trial.certificates) {
    count += each.remarks.size();
  }
  return count;
}

TEST(CertificateTrial, AcceptsAGoodChain) {
  const auto trial = tried(test::make_leaf().chain());
  EXPECT_TRUE(trial.accepted());
  EXPECT_EQ(remarks(trial), 0U);
  ASSERT_EQ(trial.certificates.size(), 3U);
  EXPECT_EQ(trial.certificates[0].role, Role::Leaf);
  EXPECT_EQ(trial.certificates[1].role, Role::Intermediate);
  EXPECT_EQ(trial.certificates[2].role, Role::Root);
}

TEST(CertificateTrial, RepairsTheOrderAndSaysSo) {
  const auto chain = test::make_leaf().chain();
  const auto trial = tried({chain[2], chain[0], chain[1]});
  EXPECT_TRUE(trial.accepted());
  EXPECT_EQ(trial.remarks.size(), 1U);
  EXPECT_EQ(trial.certificates[0].place, 2U);
}

TEST(CertificateTrial, TellsAllThatIsWrong) {
  auto spec = test::leaf_spec();
  spec.key_usage.reset();
  spec.extended_key_usage = {x509::Criticality::NotCritical, {std::string(test::kServerAuth)}};
  spec.not_after = kNow - days(1);
  const auto trial = tried(test::make_root().issue(spec).chain());
  EXPECT_FALSE(trial.accepted());
  EXPECT_EQ(reasons(trial), (std::vector{Reason::CertificateProfile, Reason::CertificateProfile,
                                         Reason::CertificateExpired}));
}

TEST(CertificateTrial, TellsWhatIsMissingOrTooMuch) {
  const auto chain = test::make_leaf().chain();
  EXPECT_EQ(reasons(tried({chain[0], chain[1]})), std::vector{Reason::CertificateProfile});
  const auto other = test::make_root(test::ca_spec("C=US, ST=WA, O=Other, CN=Root"));
  const auto more = tried({chain[0], chain[1], chain[2], other.certificate()});
  EXPECT_EQ(reasons(more), std::vector{Reason::CertificateProfile});
  EXPECT_EQ(more.certificates.back().role, Role::LeftOver);
  EXPECT_TRUE(tried({chain[0], chain[0], chain[1], chain[2]}).accepted()) << "twice is harmless";
}

TEST(CertificateTrial, RemarksWhatWillNotLast) {
  auto spec = test::leaf_spec("C=US, CN=short");  // nor has it ST and O
  spec.not_after = kNow + days(29);
  const auto trial = tried(test::make_root().issue(spec).chain());
  EXPECT_TRUE(trial.accepted());
  EXPECT_EQ(trial.certificates[0].remarks.size(), 2U);
  const auto weak = test::Signer::self_signed(test::ca_spec(), test::key(test::KeyType::Rsa2048));
  EXPECT_EQ(tried({weak.certificate()}, As::CaAnchor).certificates[0].remarks.size(), 1U);
}

TEST(CertificateTrial, JudgesAnchorsOneByOne) {
  const auto root = test::make_root();
  const auto self_signed = test::make_key_vault_signer();
  const auto leaf = root.issue(test::leaf_spec());
  EXPECT_TRUE(tried({root.certificate(), self_signed.certificate()}, As::CaAnchor).accepted());
  EXPECT_EQ(tried({self_signed.certificate()}, As::CaAnchor).certificates[0].remarks.size(), 1U);
  EXPECT_FALSE(tried({leaf.certificate()}, As::CaAnchor).accepted());
  EXPECT_FALSE(tried({root.certificate(), leaf.certificate()}, As::CaAnchor).accepted());
  EXPECT_TRUE(tried({root.certificate()}, As::TsaAnchor).accepted());
  EXPECT_FALSE(tried({self_signed.certificate()}, As::TsaAnchor).accepted());
  auto spec = test::ca_spec();
  spec.key_usage.reset();
  EXPECT_FALSE(tried({test::make_root(spec).certificate()}, As::CaAnchor).accepted());
}

TEST(CertificateTrial, KnowsTimestampers) {
  const auto chain = test::make_root().issue(test::tsa_spec()).chain();
  EXPECT_TRUE(tried(chain, As::Timestamper).accepted());
  EXPECT_FALSE(tried(chain).accepted());
}

TEST(CertificateTrial, AsksWhoseTheKeyIs) {
  const auto leaf = test::make_leaf();
  const auto own = crypto::PrivateKey::parse_pem(leaf.key().pem(), Reason::Internal).value();
  const auto other = crypto::PrivateKey::parse_pem(test::new_key().pem(), Reason::Internal).value();
  const auto good = try_certificates(leaf.chain(), As::Signer, own, kNow);
  EXPECT_TRUE(good.accepted());
  EXPECT_EQ(good.key, KeyFit::Belongs);
  const auto bad = try_certificates(leaf.chain(), As::Signer, other, kNow);
  EXPECT_EQ(bad.key, KeyFit::DoesNotBelong);
  EXPECT_EQ(reasons(bad), std::vector{Reason::BadConfig});
}

}  // namespace
}  // namespace countersign::app

// SPDX-License-Identifier: Apache-2.0
#include "countersign/x509/issue_signer.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"
#include "countersign/codec/rfc3339.h"
#include "countersign/crypto/private_key.h"
#include "countersign/x509/name.h"

namespace countersign::x509 {
namespace {

using std::chrono::hours;

const Time kNow = codec::parse_rfc3339("2026-03-01T12:00:00Z", Reason::Internal).value();

SignerWish wish(const char* subject = "CN=signer,O=Acme,ST=WA,C=US") {
  return {.subject = Subject::parse(subject, Reason::Internal).value(),
          .purpose = Purpose::CodeSigning,
          .algorithm = crypto::SignatureAlgorithm::EcdsaSha256,
          .lineage = Lineage::SelfSigned,
          .term = {kNow, hours(24)}};
}

TEST(IssueSigner, ConformsToTheProfile) {
  using enum crypto::SignatureAlgorithm;
  for (const auto algorithm : {RsaPssSha256, EcdsaSha256, EcdsaSha384, EcdsaSha512}) {
    for (const auto lineage : {Lineage::SelfSigned, Lineage::UnderRoot}) {
      for (const auto purpose : {Purpose::CodeSigning, Purpose::Timestamping}) {
        auto wanted = wish();
        wanted.algorithm = algorithm;
        wanted.lineage = lineage;
        wanted.purpose = purpose;
        const auto issued = issue_signer(wanted);
        ASSERT_TRUE(issued) << issued.error().detail;
        EXPECT_TRUE(check_profile(issued->certificates, purpose));
        const auto key = crypto::PrivateKey::parse_pem(issued->key.reveal(), Reason::Internal);
        ASSERT_TRUE(key);
        EXPECT_TRUE(key->belongs_to(issued->certificates.front().public_key()));
        EXPECT_EQ(key->public_key().algorithm(), algorithm);
      }
    }
  }
}

TEST(IssueSigner, ASelfSignedOneStandsAlone) {
  const auto issued = issue_signer(wish()).value();
  ASSERT_EQ(issued.certificates.size(), 1U);
  EXPECT_EQ(issued.chain.size(), 1U);
  const auto& leaf = issued.certificates.front();
  EXPECT_EQ(leaf.subject(), "CN=signer,O=Acme,ST=WA,C=US");
  EXPECT_EQ(leaf.not_before(), kNow - limits::kCertificateBackdate);
  EXPECT_EQ(leaf.not_after(), kNow + hours(24));
}

TEST(IssueSigner, AChainHasNamesOfItsOwn) {
  auto wanted = wish();
  wanted.lineage = Lineage::UnderRoot;
  const auto issued = issue_signer(wanted).value();
  ASSERT_EQ(issued.certificates.size(), 3U);
  EXPECT_EQ(issued.certificates[1].subject(), "CN=signer issuing CA,O=Acme,ST=WA,C=US");
  EXPECT_EQ(issued.certificates[2].subject(), "CN=signer root CA,O=Acme,ST=WA,C=US");
  wanted.subject = Subject::parse("O=Acme", Reason::Internal).value();
  EXPECT_EQ(issue_signer(wanted)->certificates[2].subject(), "CN=root CA,O=Acme");
  wanted.subject = wanted.subject.with_common_name(std::string(64, 'a'));
  EXPECT_EQ(issue_signer(wanted)->certificates[2].subject(), "CN=root CA,O=Acme");
}

// A trusted identity in the order in which people write it.
TEST(IssueSigner, MatchesATrustedIdentity) {
  const auto issued = issue_signer(wish()).value();
  const auto subject =
      Name::parse_der(issued.certificates.front().subject_der(), Reason::Internal).value();
  EXPECT_TRUE(
      Name::parse_identity("C=US, ST=WA, O=Acme, CN=signer", Reason::Internal)->matches(subject));
}

}  // namespace
}  // namespace countersign::x509

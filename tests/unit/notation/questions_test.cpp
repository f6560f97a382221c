// SPDX-License-Identifier: Apache-2.0
// questions().
#include <gtest/gtest.h>

#include "countersign/notation/verify.h"

#include "revocation_samples.h"
#include "timestamps.h"

namespace countersign::notation {
namespace {

using samples::examine;
using samples::named;
using samples::signer_naming;

constexpr std::size_t kLeaf = 0;
constexpr std::size_t kIssuing = 1;
constexpr std::size_t kRoot = 2;

TEST(Questions, AreAskedBelowTheRoot) {
  const auto examination = examine(named(), kRoot, samples::strict());
  ASSERT_TRUE(examination.anchor);
  const auto asked = questions(examination, samples::strict());
  ASSERT_EQ(asked.size(), 2U);
  EXPECT_EQ(asked[0].certificate, named().chain()[kLeaf]);
  EXPECT_EQ(asked[0].issuer, named().chain()[kIssuing]);
  EXPECT_EQ(asked[1].certificate, named().chain()[kIssuing]);
  EXPECT_EQ(asked[1].issuer, named().chain()[kRoot]);
}

// Who stores a signature can exchange what stands above the trusted certificate.
TEST(Questions, AreNotAskedAboveTheTrustedCertificate) {
  const auto examination = examine(named(), kLeaf, samples::strict());
  ASSERT_TRUE(examination.anchor);
  const auto asked = questions(examination, samples::strict());
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].certificate, named().chain()[kLeaf]);
}

TEST(Questions, AreAskedOnlyOfCertificatesThatNameASource) {
  const struct {
    bool leaf, issuing;
    std::size_t count;
  } kRows[] = {{false, false, 0}, {true, false, 1}, {false, true, 1}};
  for (const auto& row : kRows) {
    const auto examination =
        examine(signer_naming(row.leaf, row.issuing), kRoot, samples::strict());
    ASSERT_TRUE(examination.anchor);
    EXPECT_EQ(questions(examination, samples::strict()).size(), row.count);
  }
}

TEST(Questions, AreNotAskedOfASelfSignedSigner) {
  auto spec = test::key_vault_spec();
  spec.ocsp_urls = {"http://ocsp.example/"};
  const auto alone = test::Signer::self_signed(spec);
  const auto examination = examine(alone, kLeaf, samples::strict());
  ASSERT_TRUE(examination.anchor);
  EXPECT_TRUE(questions(examination, samples::strict()).empty());
}

TEST(Questions, AreNotAskedWhenRevocationIsSkipped) {
  const auto statement = samples::with_action(samples::strict(), Check::Revocation, Action::Skip);
  const auto examination = examine(named(), kRoot, statement);
  ASSERT_TRUE(examination.anchor);
  EXPECT_TRUE(questions(examination, statement).empty());
}

TEST(Questions, AreNotAskedOfAStranger) {
  const auto statement = samples::with_action(samples::strict(), Check::Authenticity, Action::Log);
  EXPECT_TRUE(questions(samples::examine_stranger(named(), statement), statement).empty());
  EXPECT_TRUE(questions({}, statement).empty());
}

TEST(Questions, AreAskedAboutTheTimestampAfterTheSignature) {
  auto spec = test::tsa_spec();
  spec.ocsp_urls = {"http://ocsp.example/tsa"};
  const auto tsa = test::make_root().issue(spec);
  const auto statement = samples::timed();
  const auto examination = samples::examine(
      {.envelope = samples::timestamped(
           {named(), test::payload_of(samples::image())}, [](test::TimestampMaker&) {}, tsa),
       .statement = statement,
       .stores = samples::stores(
           {{"ca:acme", {named().chain().back()}}, {"tsa:time", {tsa.chain().back()}}})});
  ASSERT_TRUE(examination.timestamp_anchor);
  const auto asked = questions(examination, statement);
  ASSERT_EQ(asked.size(), 3U);
  EXPECT_EQ(asked[0].about, Check::Revocation);
  EXPECT_EQ(asked[1].about, Check::Revocation);
  EXPECT_EQ(asked[2].about, Check::AuthenticTimestamp);
  EXPECT_EQ(asked[2].certificate, tsa.certificate());
  EXPECT_EQ(asked[2].issuer, tsa.chain().back());
}

}  // namespace
}  // namespace countersign::notation

// SPDX-License-Identifier: Apache-2.0
#include "countersign/admission/notation_verifier.h"

#include <gtest/gtest.h>

#include "signed_image.h"

namespace countersign::admission {
namespace {

using namespace std::chrono_literals;
using policy::Verdict;

TEST_F(NotationVerifierTest, TrustsAGoodSignature) {
  const auto signature = sign(acme());
  const auto report = verify();
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_EQ(report->verdict, Verdict::Trusted) << report->detail;
  EXPECT_EQ(report->policy, "apps");
  ASSERT_EQ(report->signatures.size(), 1U);
  EXPECT_EQ(report->signatures[0].digest, signature.digest);
  EXPECT_EQ(report->signatures[0].media_type, oci::media_type::kCose);
  EXPECT_EQ(requests_, 3U);  // referrers, signature manifest, envelope
}

TEST_F(NotationVerifierTest, SettlesWithoutLookingWhatThePolicyAloneDecides) {  // POL-05
  sign(acme());
  const auto skipped = verify("skip");
  ASSERT_TRUE(skipped);
  EXPECT_EQ(skipped->verdict, Verdict::Skipped);
  EXPECT_EQ(skipped->policy, "apps");
  EXPECT_EQ(requests_, 0U);

  const auto nobody = verify("strict", "registry.example/team/other");  // POL-01
  ASSERT_TRUE(nobody);
  EXPECT_EQ(nobody->verdict, Verdict::Untrusted);
  EXPECT_EQ(nobody->reason, Reason::NoPolicy);
  EXPECT_EQ(requests_, 0U);
}

TEST_F(NotationVerifierTest, AsksForMetadataThatMustBeSigned) {
  sign(acme());
  metadata_ = {{"stage", "production"}};
  const auto report = verify();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->reason, Reason::PayloadMismatch);
}

TEST_F(NotationVerifierTest, AsksAboutRevocationOnlyForAnchoredChains) {  // REV-13, NET-20
  const auto signer = with_ocsp();
  sign(signer);
  auto report = verify("audit");
  ASSERT_TRUE(report);
  EXPECT_EQ(report->verdict, Verdict::Trusted) << "level audit logs that nobody knows the chain";
  EXPECT_EQ(revocation_.asked, 0U);

  trust(signer);
  report = verify("strict");
  ASSERT_TRUE(report);
  EXPECT_EQ(revocation_.asked, 1U);
  EXPECT_EQ(report->reason, Reason::RevocationUnknown);
}

TEST_F(NotationVerifierTest, AsksNobodyWhenTheAnswerCantChangeTheResult) {
  const auto signer = with_ocsp();
  sign(signer);
  trust(signer);
  const auto skipping =
      verify_under(trust_policy("strict", R"(,"override":{"revocation":"skip"})"));
  ASSERT_TRUE(skipping);
  EXPECT_EQ(skipping->verdict, Verdict::Trusted);

  metadata_ = {{"stage", "production"}};  // refused whatever anybody says
  const auto refused = verify("strict");
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->reason, Reason::PayloadMismatch);
  EXPECT_EQ(revocation_.asked, 0U);
}

TEST_F(NotationVerifierTest, ActsOnWhatItIsTold) {
  using Kind = x509::RevocationStatus::Kind;
  const auto signer = with_ocsp();
  sign(signer);
  trust(signer);
  const auto later = clock_.now() + 24h;
  const struct {
    const char* name;
    Result<x509::RevocationStatus> answer;
    Verdict verdict;
    Reason reason;
  } rows[] = {
      {"good", revocation_status(Kind::Good, later), Verdict::Trusted, {}},
      {"revoked", revocation_status(Kind::Revoked, later), Verdict::Untrusted, Reason::Revoked},
      {"nobody knows", revocation_status(Kind::Unknown), Verdict::Untrusted,
       Reason::RevocationUnknown},
      {"no answer in time", fail(Reason::DeadlineExceeded, ""), Verdict::Untrusted,
       Reason::RevocationUnknown},
  };
  for (const auto& row : rows) {
    revocation_.answer = row.answer;
    const auto report = verify("strict");
    ASSERT_TRUE(report) << row.name;
    EXPECT_EQ(report->verdict, row.verdict) << row.name;
    if (row.verdict == Verdict::Untrusted) {
      EXPECT_EQ(report->reason, row.reason) << row.name;
    }
  }
}

TEST_F(NotationVerifierTest, NamesTheStoresOfItsPolicy) {
  const auto made = verifier(trust_policy("strict"));
  EXPECT_EQ(made->stores(), (std::vector<trust::StoreName>{{trust::StoreType::Ca, "acme"}}));
  EXPECT_EQ(made->name(), "notation");
}

}  // namespace
}  // namespace countersign::admission

// SPDX-License-Identifier: Apache-2.0
#include "admission/signature_report.h"

#include <gtest/gtest.h>

#include "support/pki.h"

namespace countersign::admission {
namespace {

using notation::Action;
using notation::Check;
using notation::Outcome;

oci::Digest digest(std::string_view content) { return oci::Digest::of(as_bytes(content)); }

TEST(SignatureReport, TellsEveryCheckInItsOwnWords) {
  notation::Verdict verdict;
  verdict.results = {{Check::Revocation, Action::Enforce, Outcome::Fail, Reason::Revoked, "sorry"},
                     {Check::Integrity, Action::Enforce, Outcome::Pass, {}, {}},
                     {Check::Expiry, Action::Log, Outcome::Skipped, {}, {}}};
  const auto report = signature_report(digest("a"), "application/cose", verdict);
  ASSERT_EQ(report.checks.size(), 3U);
  EXPECT_EQ(report.checks[0].check, "revocation");
  EXPECT_EQ(report.checks[0].action, "enforce");
  EXPECT_EQ(report.checks[0].result, "fail");
  EXPECT_EQ(report.checks[1].result, "pass");
  EXPECT_EQ(report.checks[2].action, "log");
  EXPECT_EQ(report.checks[2].result, "skip");
  EXPECT_EQ(report.digest, digest("a"));
  EXPECT_EQ(report.media_type, "application/cose");
}

TEST(SignatureReport, TakesTheReasonOfTheFirstEnforcedFailure) {
  notation::Verdict verdict;
  verdict.results = {{Check::Expiry, Action::Log, Outcome::Fail, Reason::SignatureExpired, {}},
                     {Check::Authenticity, Action::Enforce, Outcome::Fail, Reason::Untrusted, {}}};
  const auto report = signature_report(digest("a"), "", verdict);
  EXPECT_EQ(report.verdict, policy::Verdict::Untrusted);
  EXPECT_EQ(report.reason, Reason::Untrusted);
}

// Revocation of a timestamp's signer is a failure of the timestamp, with revocation's reasons.
TEST(SignatureReport, KeepsTheReasonBesideTheCheck) {
  notation::Verdict verdict;
  verdict.results = {{Check::AuthenticTimestamp, Action::Enforce, Outcome::Fail,
                      Reason::RevocationUnknown, "no answer"},
                     {Check::Revocation, Action::Enforce, Outcome::Pass, {}, "stale"}};
  const auto report = signature_report(digest("a"), "", verdict);
  EXPECT_EQ(report.reason, Reason::RevocationUnknown);
  EXPECT_EQ(report.checks[0].check, "authenticTimestamp");
  EXPECT_EQ(report.checks[1].detail, "stale");
}

TEST(SignatureReport, IsUntrustedWhenNothingWasFoundOut) {
  const auto report = signature_report(digest("a"), "", notation::Verdict{});
  EXPECT_EQ(report.verdict, policy::Verdict::Untrusted);
  EXPECT_EQ(report.reason, Reason::Internal);
}

TEST(SignatureReport, NamesTheSigner) {
  const auto leaf = test::make_leaf(test::key(test::KeyType::P256));
  notation::Verdict verdict;
  verdict.trusted = true;
  verdict.envelope = std::make_shared<const notation::Envelope>(
      notation::Envelope{.scheme = notation::SigningScheme::X509,
                         .signing_time = {},
                         .expiry = {},
                         .chain = leaf.chain(),
                         .algorithm = {},
                         .extended_attributes = {},
                         .timestamp = {},
                         .signing_agent = {},
                         .target = {"", digest("a"), 0, "", {}},
                         .user_metadata = {}});
  const auto report = signature_report(digest("a"), "", verdict);
  EXPECT_EQ(report.verdict, policy::Verdict::Trusted);
  ASSERT_TRUE(report.signer);
  EXPECT_EQ(report.signer->subject, leaf.certificate().subject());
  EXPECT_EQ(report.signer->thumbprint, leaf.certificate().thumbprint());
  EXPECT_EQ(report.signing_scheme, "notary.x509");
}

TEST(SignatureReport, PutsTheSignatureForwardThatIsNearestToTrust) {
  struct Row {
    const char* name;
    std::vector<Reason> reasons;
    std::size_t nearest;
  };
  const std::vector<Row> rows{
      {"expired beats unknown", {Reason::Untrusted, Reason::CertificateExpired}, 1},
      {"bytes that are no signature say least", {Reason::EnvelopeInvalid, Reason::Untrusted}, 1},
      {"a stale store beats an unknown signer", {Reason::Untrusted, Reason::TrustStoreStale}, 1},
      {"what was not looked at says nothing",
       {Reason::RegistryUnavailable, Reason::EnvelopeInvalid},
       1},
      {"the first of equals", {Reason::Untrusted, Reason::Untrusted}, 0},
  };
  for (const auto& row : rows) {
    std::vector<policy::SignatureReport> signatures;
    for (const auto reason : row.reasons) {
      signatures.push_back(unexamined(digest(std::to_string(signatures.size())), {reason, ""}));
    }
    EXPECT_EQ(nearest(signatures), &signatures[row.nearest]) << row.name;
  }
  EXPECT_EQ(nearest({}), nullptr);
}

TEST(SignatureReport, EvidenceGoesToTheCheckThatItIsAbout) {
  policy::SignatureReport report = unexamined(digest("a"), {Reason::Internal, ""});
  report.checks = {{"integrity", "enforce", "pass", {}, {}}, {"expiry", "log", "fail", {}, {}}};
  add_evidence(report,
               {{Check::Expiry, "expiry", "yesterday"}, {Check::Revocation, "answer", "none"}});
  EXPECT_TRUE(report.checks[0].evidence.empty());
  ASSERT_EQ(report.checks[1].evidence.size(), 1U);
  EXPECT_EQ(report.checks[1].evidence[0].value, "yesterday");
}

}  // namespace
}  // namespace countersign::admission

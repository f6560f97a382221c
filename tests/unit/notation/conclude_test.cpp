// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/notation/verify.h"

#include "revocation_samples.h"
#include "timestamps.h"

namespace countersign::notation {
namespace {

using samples::examine;
using samples::examine_stranger;
using samples::named;
using samples::signer_naming;
using x509::RevocationStatus;
using Answers = std::vector<Result<RevocationStatus>>;

constexpr std::size_t kRoot = 2;

Result<RevocationStatus> answer(RevocationStatus::Kind kind) {
  return RevocationStatus{
      .kind = kind, .detail = "", .fresh_until = samples::kNow, .since = std::nullopt};
}
const Result<RevocationStatus> kGood = answer(RevocationStatus::Kind::Good);
const Result<RevocationStatus> kRevoked = answer(RevocationStatus::Kind::Revoked);
const Result<RevocationStatus> kUnknown = answer(RevocationStatus::Kind::Unknown);
const Result<RevocationStatus> kError = fail(Reason::DeadlineExceeded, "too late");

const CheckResult& result(const Verdict& verdict, Check check) {
  for (const auto& result : verdict.results) {
    if (result.check == check) {
      return result;
    }
  }
  ADD_FAILURE() << name(check) << " was not judged";
  return verdict.results.front();
}
const CheckResult& revocation(const Verdict& verdict) { return result(verdict, Check::Revocation); }

struct Row {
  const char* name;
  Answers answers;
  std::optional<Reason> failure;
};

const Row kRows[] = {
    {"BothGood", {kGood, kGood}, std::nullopt},
    {"LeafRevoked", {kRevoked, kGood}, Reason::Revoked},
    {"IssuingRevoked", {kGood, kRevoked}, Reason::Revoked},
    {"UnknownThenRevoked", {kUnknown, kRevoked}, Reason::Revoked},  // NV-R02
    {"ErrorThenRevoked", {kError, kRevoked}, Reason::Revoked},      // NV-R02
    {"RevokedThenUnknown", {kRevoked, kUnknown}, Reason::Revoked},  // NV-R02
    {"Unknown", {kGood, kUnknown}, Reason::RevocationUnknown},
    {"Error", {kError, kGood}, Reason::RevocationUnknown},
    {"Unset", {kGood, RevocationStatus{}}, Reason::RevocationUnknown},
    {"TooFew", {kGood}, Reason::Internal},
    {"TooMany", {kGood, kGood, kGood}, Reason::Internal},
    {"None", {}, Reason::Internal},
};

TEST(Conclude, JudgesTheAnswers) {
  for (const auto& row : kRows) {
    const auto verdict = conclude(examine(named(), kRoot, samples::strict()), samples::strict(),
                                  row.answers, samples::kNow);
    EXPECT_EQ(verdict.trusted, !row.failure.has_value()) << row.name;
    EXPECT_EQ(verdict.results.size(), kChecks) << row.name;
    if (row.failure) {
      EXPECT_EQ(verdict.results.front().check, Check::Revocation) << row.name;
      EXPECT_EQ(verdict.results.front().reason, *row.failure) << row.name;
    }
  }
}

// NV-R11, REV-11
TEST(Conclude, HoldsTheRevocationAgainstAnAuthenticSigningTimeOnly) {
  using std::chrono::seconds;
  const Time signed_at = samples::time(test::CoseWriter::kSigningTime);
  for (const auto scheme : {SigningScheme::X509, SigningScheme::SigningAuthority}) {
    for (const auto later : {seconds(1), seconds(0), seconds(-1)}) {
      auto answer = kRevoked;
      answer->since = signed_at + later;
      auto statement = samples::strict();
      statement.stores.push_back({trust::StoreType::SigningAuthority, "acme"});
      test::CoseWriter writer(named(), test::payload_of(samples::image()));
      if (scheme == SigningScheme::SigningAuthority) {
        writer.scheme_signing_authority();
      }
      const auto root = named().chain().back();
      auto examination = samples::examine(
          {.envelope = writer.write(),
           .statement = statement,
           .stores = samples::stores({{"ca:acme", {root}}, {"signingAuthority:acme", {root}}})});
      const auto verdict =
          conclude(std::move(examination), statement, Answers{answer, kGood}, samples::kNow);
      EXPECT_EQ(verdict.trusted, scheme == SigningScheme::SigningAuthority && later > seconds(0));
      EXPECT_TRUE(verdict.trusted || revocation(verdict).reason == Reason::Revoked);
    }
  }
}

TEST(Conclude, OnlyLogsWhatTheStatementLogs) {  // NV-V01
  const auto statement = samples::with_action(samples::strict(), Check::Revocation, Action::Log);
  for (const auto& row : kRows) {
    const auto verdict =
        conclude(examine(named(), kRoot, statement), statement, row.answers, samples::kNow);
    // Answers that don't belong to the questions are our fault, and no level tolerates that.
    EXPECT_EQ(verdict.trusted, row.failure != Reason::Internal) << row.name;
    if (row.failure && verdict.trusted) {
      EXPECT_EQ(revocation(verdict).outcome, Outcome::Fail) << row.name;
      EXPECT_EQ(revocation(verdict).reason, *row.failure) << row.name;
    }
  }
}

TEST(Conclude, SkipsRevocationWhenTheStatementDoes) {
  const auto statement = samples::with_action(samples::strict(), Check::Revocation, Action::Skip);
  const auto verdict = conclude(examine(named(), kRoot, statement), statement, {}, samples::kNow);
  EXPECT_TRUE(verdict.trusted);
  EXPECT_EQ(revocation(verdict).outcome, Outcome::Skipped);
}

TEST(Conclude, TrustsAChainThatNamesNoSource) {  // NV-R21
  const auto verdict = conclude(examine(signer_naming(false, false), kRoot, samples::strict()),
                                samples::strict(), {}, samples::kNow);
  EXPECT_TRUE(verdict.trusted);
  EXPECT_EQ(revocation(verdict).outcome, Outcome::Pass);
  ASSERT_TRUE(verdict.envelope);
}

TEST(Conclude, CantKnowTheStatusOfAStranger) {
  const auto statement = samples::with_action(samples::strict(), Check::Authenticity, Action::Log);
  const auto refused = conclude(examine_stranger(named(), statement), statement, {}, samples::kNow);
  EXPECT_FALSE(refused.trusted);
  EXPECT_EQ(refused.results.front().reason, Reason::RevocationUnknown);

  const auto sourceless = conclude(examine_stranger(signer_naming(false, false), statement),
                                   statement, {}, samples::kNow);
  EXPECT_TRUE(sourceless.trusted);
}

TEST(Conclude, SkipsRevocationOfASignatureThatIsRefusedAnyway) {
  const auto verdict =
      conclude(examine_stranger(named(), samples::strict()), samples::strict(), {}, samples::kNow);
  EXPECT_FALSE(verdict.trusted);
  EXPECT_EQ(verdict.results.front().check, Check::Authenticity);
  EXPECT_EQ(revocation(verdict).outcome, Outcome::Skipped);
}

TEST(Conclude, PutsEnforcedFailuresFirst) {
  auto statement = samples::with_action(samples::strict(), Check::Authenticity, Action::Log);
  const auto verdict = conclude(examine_stranger(named(), statement), statement, {}, samples::kNow);
  ASSERT_EQ(verdict.results.size(), kChecks);
  EXPECT_EQ(verdict.results[0].check, Check::Revocation);
  EXPECT_EQ(verdict.results[1].check, Check::Integrity);
  EXPECT_EQ(verdict.results[2].check, Check::Authenticity);
  EXPECT_EQ(verdict.results[2].outcome, Outcome::Fail);
}

TEST(Conclude, TrustsNothingThatWasNotJudged) {
  EXPECT_FALSE(Verdict{}.trusted);
  EXPECT_FALSE(conclude({}, samples::strict(), {}, samples::kNow).trusted);

  auto skip = samples::strict();
  skip.actions.fill(Action::Skip);
  const auto verdict = conclude(examine(named(), kRoot, skip), skip, {}, samples::kNow);
  EXPECT_FALSE(verdict.trusted);
}

TEST(Conclude, KeepsAnIntegrityFailureAsTheOnlyResult) {
  const auto verdict =
      conclude(samples::examine({.envelope = {}}), samples::strict(), {}, samples::kNow);
  EXPECT_FALSE(verdict.trusted);
  ASSERT_EQ(verdict.results.size(), 1U);
  EXPECT_EQ(verdict.results[0].reason, Reason::EnvelopeInvalid);
}

// Who signed a timestamp: timestamp_signer_test.cpp. None of his certificates names a source here.
TEST(Conclude, HoldsATimestampingAuthorityWithoutSourceAgainstTheStatement) {
  for (const auto sourceless :
       {RevocationRules::Sourceless::Accept, RevocationRules::Sourceless::Refuse}) {
    auto statement = samples::with_action(samples::timed(), Check::Revocation, Action::Skip);
    statement.revocation.sourceless = sourceless;
    auto examination = samples::examine(
        {.envelope = samples::timestamped(samples::writer(), [](test::TimestampMaker&) {}),
         .statement = statement,
         .stores = samples::stores({{"ca:acme", {samples::signer().chain().back()}},
                                    {"tsa:time", {samples::tsa_root()}}})});
    ASSERT_TRUE(examination.timestamp_anchor);
    const auto verdict = conclude(std::move(examination), statement, {}, samples::kNow);
    const bool accepted = sourceless == RevocationRules::Sourceless::Accept;
    EXPECT_EQ(verdict.trusted, accepted);
    EXPECT_EQ(result(verdict, Check::AuthenticTimestamp).outcome,
              accepted ? Outcome::Pass : Outcome::Fail);
  }
}

}  // namespace
}  // namespace countersign::notation

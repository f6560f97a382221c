// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/notation/verify.h"

#include "samples.h"

namespace countersign::notation {
namespace {

using Answers = std::vector<Result<Answer>>;

constexpr std::size_t kLeaf = 0;
constexpr std::size_t kIssuing = 1;
constexpr std::size_t kRoot = 2;

// A chain of three in which the named certificates name a source.
test::Signer signer(bool leaf_names, bool issuing_names) {
  auto root_spec = test::ca_spec();
  root_spec.crl_urls = {"http://crl.example/root"};  // never asked: nobody revokes a root
  auto issuing = test::ca_spec("C=US, ST=WA, O=Acme, CN=Acme Issuing CA");
  if (issuing_names) {
    issuing.crl_urls = {"http://crl.example/issuing"};
  }
  auto leaf = test::leaf_spec();
  if (leaf_names) {
    leaf.ocsp_urls = {"http://ocsp.example/"};
  }
  return test::make_root(root_spec).issue(issuing).issue(leaf, test::key(test::KeyType::P256));
}

const test::Signer& named() {
  static const test::Signer kSigner = signer(true, true);
  return kSigner;
}

Examination examine(const test::Signer& by, std::size_t trusted, const Statement& statement) {
  const test::CoseWriter writer(by, test::payload_of(samples::image()));
  const auto envelope = writer.write();
  return examine({.media_type = oci::media_type::kCose,
                  .envelope = envelope,
                  .subject = samples::image(),
                  .required_metadata = {}},
                 statement, samples::stores({{"ca:acme", {by.chain().at(trusted)}}}),
                 samples::kNow);
}

Examination examine_stranger(const test::Signer& by, const Statement& statement) {
  const test::CoseWriter writer(by, test::payload_of(samples::image()));
  const auto envelope = writer.write();
  return examine({.media_type = oci::media_type::kCose,
                  .envelope = envelope,
                  .subject = samples::image(),
                  .required_metadata = {}},
                 statement, samples::acme(), samples::kNow);
}

Result<Answer> answer(Answer::Status status, Time fresh_until = samples::kNow) {
  return Answer{.status = status, .detail = "", .fresh_until = fresh_until};
}
const Result<Answer> kGood = answer(Answer::Status::Good);
const Result<Answer> kRevoked = answer(Answer::Status::Revoked);
const Result<Answer> kUnknown = answer(Answer::Status::Unknown);
const Result<Answer> kError = fail(Reason::DeadlineExceeded, "too late");

const CheckResult& revocation(const Verdict& verdict) {
  for (const auto& result : verdict.results) {
    if (result.check == Check::Revocation) {
      return result;
    }
  }
  ADD_FAILURE() << "revocation was not judged";
  return verdict.results.front();
}

// --- questions

TEST(Questions, AreAskedBelowTheRoot) {
  const auto examination = examine(named(), kRoot, samples::strict());
  ASSERT_TRUE(examination.anchor);
  const auto asked = questions(*examination.anchor, samples::strict());
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
  const auto asked = questions(*examination.anchor, samples::strict());
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].certificate, named().chain()[kLeaf]);
}

TEST(Questions, AreAskedOnlyOfCertificatesThatNameASource) {
  const struct {
    bool leaf, issuing;
    std::size_t count;
  } kRows[] = {{false, false, 0}, {true, false, 1}, {false, true, 1}};
  for (const auto& row : kRows) {
    const auto examination = examine(signer(row.leaf, row.issuing), kRoot, samples::strict());
    ASSERT_TRUE(examination.anchor);
    EXPECT_EQ(questions(*examination.anchor, samples::strict()).size(), row.count);
  }
}

TEST(Questions, AreNotAskedOfASelfSignedSigner) {
  auto spec = test::key_vault_spec();
  spec.ocsp_urls = {"http://ocsp.example/"};
  const auto alone = test::Signer::self_signed(spec);
  const auto examination = examine(alone, kLeaf, samples::strict());
  ASSERT_TRUE(examination.anchor);
  EXPECT_TRUE(questions(*examination.anchor, samples::strict()).empty());
}

TEST(Questions, AreNotAskedWhenRevocationIsSkipped) {
  const auto statement = samples::with_action(samples::strict(), Check::Revocation, Action::Skip);
  auto examination = examine(named(), kRoot, statement);
  ASSERT_TRUE(examination.anchor);
  EXPECT_TRUE(questions(*examination.anchor, statement).empty());
  const auto verdict = conclude(std::move(examination), statement, {}, samples::kNow);
  EXPECT_TRUE(verdict.trusted);
  EXPECT_EQ(revocation(verdict).outcome, Outcome::Skipped);
}

// --- verdicts

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
    {"Stale",
     {kGood, answer(Answer::Status::Good, samples::kNow - std::chrono::seconds(1))},
     Reason::RevocationUnknown},
    {"GoodWithoutDate", {kGood, answer(Answer::Status::Good, Time{})}, Reason::RevocationUnknown},
    {"Unset", {kGood, Answer{}}, Reason::RevocationUnknown},
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

TEST(Conclude, TrustsAChainThatNamesNoSource) {  // NV-R21
  const auto verdict = conclude(examine(signer(false, false), kRoot, samples::strict()),
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

  const auto sourceless =
      conclude(examine_stranger(signer(false, false), statement), statement, {}, samples::kNow);
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
  auto examination = examine({.media_type = oci::media_type::kCose,
                              .envelope = {},
                              .subject = samples::image(),
                              .required_metadata = {}},
                             samples::strict(), samples::acme(), samples::kNow);
  const auto verdict = conclude(std::move(examination), samples::strict(), {}, samples::kNow);
  EXPECT_FALSE(verdict.trusted);
  ASSERT_EQ(verdict.results.size(), 1U);
  EXPECT_EQ(verdict.results[0].reason, Reason::EnvelopeInvalid);
}

}  // namespace
}  // namespace countersign::notation

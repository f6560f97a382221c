// SPDX-License-Identifier: Apache-2.0
// The revocation of those who signed a timestamp: asked about and judged with the timestamp, at
// every level.
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/notation/verify.h"

#include "examination.h"
#include "timestamps.h"

namespace countersign::notation {
namespace {

using samples::Given;
using x509::RevocationStatus;
using Kind = x509::RevocationStatus::Kind;
using Answers = std::vector<Result<RevocationStatus>>;

const test::Signer& clock() {  // leaf and CA name a source
  static const test::Signer kClock = [] {
    auto ca = test::ca_spec("CN=Clock CA");
    ca.crl_urls = {"http://crl.example/ca"};
    auto leaf = test::tsa_spec();
    leaf.ocsp_urls = {"http://ocsp.example/"};
    return test::make_root(test::ca_spec("CN=Clock Root")).issue(ca).issue(leaf);
  }();
  return kClock;
}

Given given(const Statement& statement) {
  return {.envelope = samples::timestamped(
              samples::writer(), [](test::TimestampMaker&) {}, clock()),
          .statement = statement,
          .stores = samples::stores({{"ca:acme", {samples::signer().chain().back()}},
                                     {"tsa:time", {clock().chain().back()}}})};
}

Result<RevocationStatus> answer(Kind kind) {
  return RevocationStatus{
      .kind = kind, .detail = "", .fresh_until = samples::kNow, .since = std::nullopt};
}

Verdict conclude(const Given& given, const Answers& answers) {
  return conclude(samples::examine(given), given.statement, answers, given.now);
}

const CheckResult& timestamp(const Verdict& verdict) {
  for (const auto& result : verdict.results) {
    if (result.check == Check::AuthenticTimestamp) {
      return result;
    }
  }
  ADD_FAILURE() << "no result for the timestamp";
  return verdict.results.front();
}

std::vector<Statement> statements() {
  auto audit = samples::timed();
  for (const Check check : {Check::Authenticity, Check::Expiry, Check::Revocation}) {
    audit = samples::with_action(audit, check, Action::Log);
  }
  return {samples::timed(), samples::with_action(samples::timed(), Check::Revocation, Action::Log),
          samples::with_action(samples::timed(), Check::Revocation, Action::Skip), audit};
}

TEST(TimestampSigner, IsAskedAboutUpToTheRoot) {
  for (const auto& statement : statements()) {
    const auto asked = questions(samples::examine(given(statement)), statement);
    ASSERT_EQ(asked.size(), 2U);
    for (std::size_t i = 0; i < asked.size(); ++i) {
      EXPECT_EQ(asked[i].about, Check::AuthenticTimestamp);
      EXPECT_EQ(asked[i].certificate, clock().chain()[i]);
      EXPECT_EQ(asked[i].issuer, clock().chain()[i + 1]);
    }
  }
}

TEST(TimestampSigner, IsNotAskedAboutWhenTheTimestampDoesNotCount) {
  auto ignored = given(samples::strict());
  EXPECT_TRUE(questions(samples::examine(ignored), ignored.statement).empty());
  auto later = given(samples::timed(TimestampUse::AfterCertificateExpiry));
  EXPECT_TRUE(questions(samples::examine(later), later.statement).empty());
  auto stranger = given(samples::timed());
  stranger.stores = samples::stores(
      {{"ca:acme", {samples::signer().chain().back()}}, {"tsa:time", {samples::tsa_root()}}});
  EXPECT_TRUE(questions(samples::examine(stranger), stranger.statement).empty());
}

TEST(TimestampSigner, MustNotBeRevokedAtAnyLevel) {  // NV-T20 TSA-06
  struct Row {
    std::string_view name;
    Answers answers;
    Reason reason;
  };
  const Result<RevocationStatus> late = fail(Reason::DeadlineExceeded, "too late");
  for (const auto& statement : statements()) {
    const auto subject = given(statement);
    EXPECT_TRUE(conclude(subject, {answer(Kind::Good), answer(Kind::Good)}).trusted);
    for (const auto& [name, answers, reason] :
         {Row{"leaf", {answer(Kind::Revoked), answer(Kind::Good)}, Reason::Revoked},
          Row{"intermediate", {answer(Kind::Good), answer(Kind::Revoked)}, Reason::Revoked},
          Row{"one of each", {late, answer(Kind::Revoked)}, Reason::Revoked},
          Row{"unknown", {answer(Kind::Unknown), answer(Kind::Good)}, Reason::RevocationUnknown},
          Row{"no answer", {answer(Kind::Good), late}, Reason::RevocationUnknown}}) {
      const auto verdict = conclude(subject, answers);
      EXPECT_FALSE(verdict.trusted) << name;
      EXPECT_EQ(timestamp(verdict).outcome, Outcome::Fail) << name;
      EXPECT_EQ(timestamp(verdict).reason, reason) << name;
    }
  }
}

TEST(TimestampSigner, IsLoggedWhenTheTimestampIs) {
  const auto subject =
      given(samples::with_action(samples::timed(), Check::AuthenticTimestamp, Action::Log));
  const auto verdict = conclude(subject, {answer(Kind::Revoked), answer(Kind::Good)});
  EXPECT_TRUE(verdict.trusted);
  EXPECT_EQ(timestamp(verdict).outcome, Outcome::Fail);
  EXPECT_EQ(timestamp(verdict).action, Action::Log);
  EXPECT_EQ(timestamp(verdict).reason, Reason::Revoked);
}

}  // namespace
}  // namespace countersign::notation

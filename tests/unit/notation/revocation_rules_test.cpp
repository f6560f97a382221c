// SPDX-License-Identifier: Apache-2.0
#include "notation/revocation_rules.h"

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "revocation_samples.h"

namespace countersign::notation {
namespace {

using samples::named;
using samples::signer_naming;
using std::chrono::seconds;
using x509::RevocationStatus;
using Kind = RevocationStatus::Kind;
using Answers = std::vector<Result<RevocationStatus>>;

constexpr seconds kStale{3'600};

// Anchored at that certificate of the chain.
Examination examined(const test::Signer& signer, std::size_t trusted = 2) {
  return samples::examine(signer, trusted, samples::strict());
}

Result<std::string> check(const Examination& examination, const Answers& answers,
                          const RevocationTerms& terms) {
  const auto asked = questions(examination, samples::strict());
  EXPECT_EQ(asked.size(), answers.size());
  std::vector<Exchange> exchanges;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    exchanges.push_back({asked.at(i), answers[i]});
  }
  return check_chain(examination.envelope->chain, examination.anchor, exchanges, terms);
}

Reason refusal(const Result<std::string>& found) {
  return found ? Reason::Internal : found.error().reason;
}

RevocationTerms terms(seconds stale = {}, std::optional<Time> signed_at = std::nullopt) {
  return {.now = samples::kNow, .rules = {.stale = stale}, .signed_at = signed_at};
}

RevocationStatus status(Kind kind, Time fresh_until = samples::kNow,
                        std::optional<Time> since = std::nullopt) {
  return {.kind = kind, .detail = "", .fresh_until = fresh_until, .since = since};
}

TEST(RevocationRules, SeesEitherKindOfSource) {
  EXPECT_TRUE(names_source(named().chain()[0]));
  EXPECT_TRUE(names_source(named().chain()[1]));
  EXPECT_FALSE(names_source(signer_naming(false, false).chain()[0]));
}

// --- stale answers

struct Age {
  seconds past_the_end;
  seconds stale;
  enum class Found : std::uint8_t { Refused, Good, GoodWithWarning } found;
};

TEST(RevocationRules, CountsAnAnswerUntilItsEndAndAsLongAsTheStatementAllows) {
  const Age kAges[] = {
      {seconds(-1), seconds(0), Age::Found::Good},
      {seconds(0), seconds(0), Age::Found::Good},
      {seconds(1), seconds(0), Age::Found::Refused},
      {seconds(1), kStale, Age::Found::GoodWithWarning},
      {kStale, kStale, Age::Found::GoodWithWarning},
      {kStale + seconds(1), kStale, Age::Found::Refused},
      {samples::kNow.time_since_epoch(), kStale, Age::Found::Refused},  // without a date
  };
  const auto examination = examined(signer_naming(true, false));
  for (const auto& row : kAges) {
    const auto found = check(examination, {status(Kind::Good, samples::kNow - row.past_the_end)},
                             terms(row.stale));
    const auto name = std::to_string(row.past_the_end.count());
    ASSERT_EQ(found.has_value(), row.found != Age::Found::Refused) << name;
    if (found) {
      EXPECT_EQ(found->empty(), row.found == Age::Found::Good) << name;
    } else {
      EXPECT_EQ(found.error().reason, Reason::RevocationUnknown) << name;
    }
  }
}

TEST(RevocationRules, KeepsTheFirstWarning) {
  const auto old = status(Kind::Good, samples::kNow - seconds(1));
  const auto found = check(examined(named()), {old, old}, terms(kStale));
  ASSERT_TRUE(found);
  EXPECT_NE(found->find("Acme Signer"), std::string::npos) << *found;
}

TEST(RevocationRules, TakesAStaleRevocationForARevocation) {
  const auto old = status(Kind::Revoked, samples::kNow - seconds(1));
  EXPECT_EQ(refusal(check(examined(signer_naming(true, false)), {old}, terms())), Reason::Revoked);
}

// --- which finding counts

struct Mixture {
  const char* name;
  Answers answers;  // about the leaf and the issuing CA
  std::optional<Reason> failure;
};

const RevocationStatus kOld = status(Kind::Good, samples::kNow - seconds(1));
const std::unexpected<Error> kNoAnswer = fail(Reason::DeadlineExceeded, "too late");

const Mixture kMixtures[] = {
    {"Good", {status(Kind::Good), status(Kind::Good)}, std::nullopt},
    {"RevokedOverUnknown", {status(Kind::Unknown), status(Kind::Revoked)}, Reason::Revoked},
    {"RevokedOverError", {kNoAnswer, status(Kind::Revoked)}, Reason::Revoked},
    {"RevokedOverStale", {kOld, status(Kind::Revoked)}, Reason::Revoked},
    {"UnknownOverStale", {kOld, status(Kind::Unknown)}, Reason::RevocationUnknown},
    {"StaleUnderUnknown", {status(Kind::Unknown), kOld}, Reason::RevocationUnknown},
    {"Error", {status(Kind::Good), kNoAnswer}, Reason::RevocationUnknown},
    {"Unset", {status(Kind::Good), RevocationStatus{}}, Reason::RevocationUnknown},
};

TEST(RevocationRules, PutsRevokedBeforeUnknownBeforeStale) {
  for (const auto& row : kMixtures) {
    const auto found = check(examined(named()), row.answers, terms(kStale));
    ASSERT_EQ(found.has_value(), !row.failure) << row.name;
    if (row.failure) {
      EXPECT_EQ(found.error().reason, *row.failure) << row.name;
    }
  }
}

// --- signed before the certificate was invalid

struct Moment {
  const char* name;
  std::optional<Time> signed_at;
  std::optional<Time> since;
  std::optional<Reason> failure;
};

TEST(RevocationRules, LetsAnAuthenticSigningTimeBeforeTheRevocationStand) {
  const Time time = samples::kNow - seconds(100);
  const Moment kMoments[] = {
      {"Before", time, time + seconds(1), std::nullopt},
      {"AtThatSecond", time, time, Reason::Revoked},
      {"After", time, time - seconds(1), Reason::Revoked},
      {"NoDate", time, std::nullopt, Reason::Revoked},
      {"NoAuthenticTime", std::nullopt, time + seconds(1), Reason::Revoked},
  };
  const auto examination = examined(signer_naming(true, false));
  for (const auto& row : kMoments) {
    const auto found = check(examination, {status(Kind::Revoked, samples::kNow, row.since)},
                             terms({}, row.signed_at));
    ASSERT_EQ(found.has_value(), !row.failure) << row.name;
    if (row.failure) {
      EXPECT_EQ(found.error().reason, *row.failure) << row.name;
    }
  }
}

// The date may have been moved to an earlier one since.
TEST(RevocationRules, WantsThatDateToBeFresh) {
  const auto old = status(Kind::Revoked, samples::kNow - seconds(10), samples::kNow + seconds(1));
  const auto examination = examined(signer_naming(true, false));
  EXPECT_EQ(refusal(check(examination, {old}, terms({}, samples::kNow))),
            Reason::RevocationUnknown);
  EXPECT_TRUE(check(examination, {old}, terms(kStale, samples::kNow)));
}

// --- certificates that nobody was asked about

RevocationTerms refusing_sourceless() {
  return {.now = samples::kNow,
          .rules = {.stale = {}, .sourceless = RevocationRules::Sourceless::Refuse},
          .signed_at = std::nullopt};
}

TEST(RevocationRules, AcceptsCertificatesWithoutSourceUnlessToldOtherwise) {
  const auto sourceless = examined(signer_naming(false, false));
  EXPECT_TRUE(check(sourceless, {}, terms()));
  EXPECT_EQ(refusal(check(sourceless, {}, refusing_sourceless())), Reason::RevocationUnknown);

  const auto issuing_sourceless = examined(signer_naming(true, false));
  EXPECT_EQ(refusal(check(issuing_sourceless, {status(Kind::Good)}, refusing_sourceless())),
            Reason::RevocationUnknown);
  EXPECT_TRUE(
      check(examined(named()), {status(Kind::Good), status(Kind::Good)}, refusing_sourceless()));
}

TEST(RevocationRules, NeverWantsASourceOfTheLastCertificate) {
  const auto alone = test::make_key_vault_signer();
  EXPECT_TRUE(check(examined(alone, 0), {}, refusing_sourceless()));
}

// Nobody vouches for what stands above the trusted certificate, so it is not asked, and not
// asking must not be more lenient than asking.
TEST(RevocationRules, DoesntKnowTheStatusAboveTheTrustedCertificate) {
  EXPECT_EQ(refusal(check(examined(named(), 0), {status(Kind::Good)}, terms())),
            Reason::RevocationUnknown);
  EXPECT_TRUE(check(examined(named(), 1), {status(Kind::Good), status(Kind::Good)}, terms()));
  EXPECT_TRUE(check(examined(signer_naming(true, false), 0), {status(Kind::Good)}, terms()));
}

TEST(RevocationRules, PutsRevokedBeforeWhatWasNotAsked) {
  EXPECT_EQ(refusal(check(examined(named(), 0), {status(Kind::Revoked)}, terms())),
            Reason::Revoked);
  EXPECT_EQ(refusal(check(examined(signer_naming(true, false)), {status(Kind::Revoked)},
                          refusing_sourceless())),
            Reason::Revoked);
}

TEST(RevocationRules, DoesntKnowTheStatusOfAChainWithoutAnchor) {
  EXPECT_EQ(refusal(check_chain(named().chain(), std::nullopt, {}, terms())),
            Reason::RevocationUnknown);
  EXPECT_TRUE(check_chain(signer_naming(false, false).chain(), std::nullopt, {}, terms()));
}

}  // namespace
}  // namespace countersign::notation

// SPDX-License-Identifier: Apache-2.0
// Judges every case folder of tests/data/notation. Verdicts are those of the Notation CLI, or of
// the specification where case.json says why.
//
// NV-K10: certificates/self-signed-intermediate. NV-P13: payload/child-signature-on-index and
// registry-shape/child-of-signed-index.
#include <algorithm>
#include <cctype>
#include <chrono>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/base/log.h"
#include "countersign/notation/signature_manifest.h"
#include "countersign/notation/verify.h"
#include "countersign/revocation/client.h"

#include "responses_transport.h"
#include "support/fixed_clock.h"
#include "vector_case.h"

namespace countersign::notation {
namespace {

using test::VectorCase;

// Checks as case.json names them, and two kinds of signatures that were not examined.
constexpr std::string_view kManifestRefused = "(manifest refused)";
constexpr std::string_view kNotFetched = "(not fetched)";

struct Judgement {
  std::string verdict;
  std::vector<std::string> failed;  // the first refusal of each signature
  std::set<std::string> logged;     // by the signature that is trusted
};

Judgement judge(const VectorCase& vector);
Judgement judge_signatures(const VectorCase& vector, const Statement& statement);
Verdict judge_envelope(const VectorCase& vector, const Statement& statement, const oci::Descriptor&,
                       Bytes envelope);
std::vector<Result<x509::RevocationStatus>> ask(const VectorCase& vector,
                                                const std::vector<Question>& asked);
std::string check_name(const CheckResult& result);
std::set<std::string> logged(const Verdict& verdict);
bool meets(const std::vector<std::string>& failed, const std::string& expected);

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::ranges::replace_if(name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

class Vectors : public testing::TestWithParam<std::string> {};

TEST_P(Vectors, AreJudgedAsExpected) {
  const VectorCase vector = test::vector_case(GetParam());
  const auto& expected = vector.expectation();
  const Judgement outcome = judge(vector);
  EXPECT_EQ(outcome.verdict, expected.verdict);
  EXPECT_EQ(outcome.logged, expected.logged);
  EXPECT_TRUE(meets(outcome.failed, expected.failed))
      << "expected " << expected.failed << ", got " << testing::PrintToString(outcome.failed);
}

INSTANTIATE_TEST_SUITE_P(Cases, Vectors, testing::ValuesIn(test::vector_case_names()), test_name);

// A folder that got lost would not fail by itself.
TEST(VectorsThere, AreCounted) {
  std::map<std::string, int> groups;
  for (const auto& name : test::vector_case_names()) {
    ++groups[name.substr(0, name.find('/'))];
  }
  const std::map<std::string, int> expected = {
      {"certificates", 59}, {"integrity", 121}, {"neutral", 20},
      {"payload", 19},      {"policy", 80},     {"registry-shape", 22},
      {"revocation", 57},   {"timestamp", 54},  {"valid", 26}};
  EXPECT_EQ(groups, expected);
}

Judgement judge(const VectorCase& vector) {
  const auto policy = TrustPolicy::parse(vector.policy_text());
  if (!policy) {
    EXPECT_EQ(policy.error().reason, Reason::BadConfig);
    return {.verdict = "config-error", .failed = {}, .logged = {}};
  }
  const Statement* statement = policy->statement_for(vector.scope());
  if (statement == nullptr) {
    return {.verdict = "untrusted", .failed = {}, .logged = {}};
  }
  if (statement->level == Level::Skip) {
    return {.verdict = "skipped", .failed = {}, .logged = {}};
  }
  return judge_signatures(vector, *statement);
}

Judgement judge_signatures(const VectorCase& vector, const Statement& statement) {
  Judgement outcome{.verdict = "untrusted", .failed = {}, .logged = {}};
  const auto image = vector.image();
  const auto signatures = vector.signatures();
  const auto tried =
      std::span(signatures).first(std::min(signatures.size(), vector.signature_limit()));
  for (const auto& manifest : tried) {
    const auto layer = envelope_of(manifest, image);
    if (!layer) {
      EXPECT_EQ(layer.error().reason, Reason::EnvelopeInvalid);
      outcome.failed.emplace_back(kManifestRefused);
      continue;
    }
    const auto envelope = vector.blob(layer->digest);
    if (!envelope || !*envelope) {
      outcome.failed.emplace_back(kNotFetched);
      continue;
    }
    const auto verdict = judge_envelope(vector, statement, *layer, (*envelope)->bytes());
    if (verdict.trusted) {
      return {.verdict = "trusted", .failed = {}, .logged = logged(verdict)};
    }
    outcome.failed.push_back(check_name(verdict.results.front()));
  }
  return outcome;
}

Verdict judge_envelope(const VectorCase& vector, const Statement& statement,
                       const oci::Descriptor& layer, Bytes envelope) {
  const auto opened = open_envelope(layer.media_type, envelope);
  const auto image = vector.image();
  auto examination = examine(
      {.envelope = opened, .subject = image, .required_metadata = vector.required_metadata()},
      statement, vector.stores(), vector.at());
  const auto answers = ask(vector, questions(examination, statement));
  return conclude(std::move(examination), statement, answers, vector.at());
}

std::vector<Result<x509::RevocationStatus>> ask(const VectorCase& vector,
                                                const std::vector<Question>& asked) {
  test::ResponsesTransport transport(vector.responses());
  const test::FixedClock clock(vector.at());
  const auto logger = log::make_silent_logger();
  const auto client = revocation::make_client({}, transport, clock, *logger);
  std::vector<revocation::Query> queries;
  for (const auto& question : asked) {
    queries.push_back({question.certificate, question.issuer});
  }
  return client->ask(queries, clock.in(std::chrono::minutes(1)));
}

std::string check_name(const CheckResult& result) {
  return result.reason == Reason::PayloadMismatch ? "payload" : std::string(name(result.check));
}

std::set<std::string> logged(const Verdict& verdict) {
  std::set<std::string> checks;
  for (const auto& result : verdict.results) {
    if (result.outcome == Outcome::Fail) {
      EXPECT_EQ(result.action, Action::Log);
      checks.insert(check_name(result));
    }
  }
  return checks;
}

// "discovery" means that there was nothing to examine; a refused manifest may count as a malformed
// signature as well.
bool meets(const std::vector<std::string>& failed, const std::string& expected) {
  if (expected.empty()) {
    return true;
  }
  if (expected == "discovery") {
    return std::ranges::all_of(failed, [](const auto& check) { return check == kManifestRefused; });
  }
  return std::ranges::any_of(failed, [&](const auto& check) {
    return check == expected || (expected == "integrity" && check == kManifestRefused);
  });
}

}  // namespace
}  // namespace countersign::notation

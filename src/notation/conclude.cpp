// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>
#include <iterator>
#include <string>
#include <utility>

#include "countersign/notation/verify.h"

#include "notation/check_results.h"
#include "notation/revocation_rules.h"

namespace countersign::notation {
namespace {

using Answers = std::span<const Result<x509::RevocationStatus>>;

void judge_answers(Examination& examination, const Statement& statement, Answers answers, Time now);
CheckResult judge_revocation(const Examination& examination, const Statement& statement,
                             std::span<const Exchange> exchanges, Time now);
void judge_timestamp_signer(Examination& examination, const Statement& statement,
                            std::span<const Exchange> exchanges, Time now);
CheckResult concluded(Check check, Action action, Result<std::string> found);
std::vector<CheckResult> refusals_first(std::span<const CheckResult> results);
bool was_judged(std::span<const CheckResult> results, Check check);

}  // namespace

Verdict conclude(Examination examination, const Statement& statement, Answers answers, Time now) {
  Verdict verdict;
  if (examination.envelope) {
    judge_answers(examination, statement, answers, now);
  }
  verdict.results = refusals_first(examination.results);
  verdict.envelope = std::move(examination.envelope);
  verdict.trusted = verdict.envelope != nullptr && !has_refusal(verdict.results) &&
                    was_judged(verdict.results, Check::Integrity) &&
                    was_judged(verdict.results, Check::Authenticity);
  return verdict;
}

namespace {

void judge_answers(Examination& examination, const Statement& statement, Answers answers,
                   Time now) {
  if (has_refusal(examination.results)) {  // then nothing was asked
    examination.results.push_back(skipped(Check::Revocation, statement.action(Check::Revocation)));
    return;
  }
  const auto asked = questions(examination, statement);
  if (asked.size() != answers.size()) {  // a fault of ours, which no level tolerates
    examination.results.push_back(
        failed(Check::Revocation, Action::Enforce,
               {Reason::Internal, std::to_string(answers.size()) + " answers to " +
                                      std::to_string(asked.size()) + " questions"}));
    return;
  }
  std::vector<Exchange> about_signer;
  std::vector<Exchange> about_timestamp;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    (asked[i].about == Check::Revocation ? about_signer : about_timestamp)
        .push_back({asked[i], answers[i]});
  }
  judge_timestamp_signer(examination, statement, about_timestamp, now);
  examination.results.push_back(judge_revocation(examination, statement, about_signer, now));
}

// What was examined stands, unless the signer of the timestamp was revoked, or nobody knows.
void judge_timestamp_signer(Examination& examination, const Statement& statement,
                            std::span<const Exchange> exchanges, Time now) {
  const auto& anchor = examination.timestamp_anchor;
  if (!anchor) {
    return;
  }
  const RevocationTerms terms{.now = now, .rules = statement.revocation, .signed_at = std::nullopt};
  const auto found = check_chain(anchor->chain(), anchor, exchanges, terms);
  for (auto& result : examination.results) {
    if (result.check == Check::AuthenticTimestamp && result.outcome == Outcome::Pass) {
      result = concluded(result.check, result.action, found);
    }
  }
}

CheckResult judge_revocation(const Examination& examination, const Statement& statement,
                             std::span<const Exchange> exchanges, Time now) {
  const Action action = statement.action(Check::Revocation);
  if (action == Action::Skip) {
    return skipped(Check::Revocation, action);
  }
  const Envelope& envelope = *examination.envelope;
  RevocationTerms terms{.now = now, .rules = statement.revocation, .signed_at = std::nullopt};
  switch (envelope.scheme) {
    case SigningScheme::X509:  // its signing time is a mere claim
      break;
    case SigningScheme::SigningAuthority:
      terms.signed_at = envelope.signing_time;
      break;
  }
  return concluded(Check::Revocation, action,
                   check_chain(envelope.chain, examination.anchor, exchanges, terms));
}

CheckResult concluded(Check check, Action action, Result<std::string> found) {
  if (!found) {
    return failed(check, action, std::move(found).error());
  }
  auto result = passed(check, action);
  result.detail = *std::move(found);
  return result;
}

std::vector<CheckResult> refusals_first(std::span<const CheckResult> results) {
  std::vector<CheckResult> ordered;
  std::ranges::copy_if(results, std::back_inserter(ordered), is_refusal);
  std::ranges::copy_if(results, std::back_inserter(ordered), std::not_fn(is_refusal));
  return ordered;
}

bool was_judged(std::span<const CheckResult> results, Check check) {
  return std::ranges::any_of(results, [&](const CheckResult& result) {
    return result.check == check && result.outcome != Outcome::Skipped;
  });
}

}  // namespace
}  // namespace countersign::notation

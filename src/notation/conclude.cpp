// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>
#include <iterator>
#include <string>
#include <utility>

#include "countersign/notation/verify.h"

#include "notation/check_results.h"

namespace countersign::notation {
namespace {

bool names_source(const x509::Certificate& certificate);
CheckResult judge_revocation(const Examination& examination, const Statement& statement,
                             std::span<const Result<Answer>> answers, Time now);
Result<void> check_unanchored(const x509::Chain& chain);
Result<void> check_answers(std::span<const Question> asked, std::span<const Result<Answer>> answers,
                           Time now);
Result<void> check_answer(const Question& asked, const Result<Answer>& answer, Time now);
std::vector<CheckResult> refusals_first(std::span<const CheckResult> results);
bool was_judged(std::span<const CheckResult> results, Check check);

}  // namespace

std::vector<Question> questions(const Anchor& anchor, const Statement& statement) {
  std::vector<Question> asked;
  if (statement.action(Check::Revocation) == Action::Skip) {
    return asked;
  }
  const x509::Chain& chain = anchor.chain();
  for (std::size_t i = 0; i <= anchor.trusted() && i + 1 < chain.size(); ++i) {
    if (names_source(chain[i])) {
      asked.push_back({.certificate = chain[i], .issuer = chain[i + 1]});
    }
  }
  return asked;
}

Verdict conclude(Examination examination, const Statement& statement,
                 std::span<const Result<Answer>> answers, Time now) {
  Verdict verdict;
  if (examination.envelope) {
    examination.results.push_back(judge_revocation(examination, statement, answers, now));
  }
  verdict.results = refusals_first(examination.results);
  verdict.envelope = std::move(examination.envelope);
  verdict.trusted = verdict.envelope.has_value() && !has_refusal(verdict.results) &&
                    was_judged(verdict.results, Check::Integrity) &&
                    was_judged(verdict.results, Check::Authenticity);
  return verdict;
}

namespace {

// Signature specification: a certificate without OCSP and CRL source can't be revoked.
bool names_source(const x509::Certificate& certificate) {
  return !certificate.ocsp_urls().empty() || !certificate.crl_urls().empty();
}

CheckResult judge_revocation(const Examination& examination, const Statement& statement,
                             std::span<const Result<Answer>> answers, Time now) {
  if (has_refusal(examination.results)) {  // then nothing was asked
    return skipped(Check::Revocation, statement.action(Check::Revocation));
  }
  if (!examination.anchor) {
    return judged(Check::Revocation, statement, check_unanchored(examination.envelope->chain));
  }
  const auto asked = questions(*examination.anchor, statement);
  if (asked.size() != answers.size()) {  // a fault of ours, which no level tolerates
    return failed(Check::Revocation, Action::Enforce,
                  {Reason::Internal, std::to_string(answers.size()) + " answers to " +
                                         std::to_string(asked.size()) + " questions"});
  }
  return judged(Check::Revocation, statement, check_answers(asked, answers, now));
}

// Reached when authenticity is only logged. The sources that a stranger's chain names are never
// asked, so nothing is known about it.
Result<void> check_unanchored(const x509::Chain& chain) {
  if (std::any_of(chain.begin(), std::prev(chain.end()), names_source)) {
    return fail(Reason::RevocationUnknown, "the chain is not trusted, so its sources aren't asked");
  }
  return {};
}

// A certificate known to be revoked outweighs others whose status is unknown.
Result<void> check_answers(std::span<const Question> asked, std::span<const Result<Answer>> answers,
                           Time now) {
  Result<void> unknown;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    auto found = check_answer(asked[i], answers[i], now);
    if (!found && found.error().reason == Reason::Revoked) {
      return found;
    }
    if (!found && unknown) {
      unknown = std::move(found);
    }
  }
  return unknown;
}

Result<void> check_answer(const Question& asked, const Result<Answer>& answer, Time now) {
  const std::string whose = "the certificate of \"" + asked.certificate.subject() + "\"";
  if (!answer) {
    return fail(Reason::RevocationUnknown, whose + ": " + answer.error().detail);
  }
  switch (answer->status) {
    case Answer::Status::Good:
      if (answer->fresh_until < now) {
        return fail(Reason::RevocationUnknown, whose + ": the answer is no longer fresh");
      }
      return {};
    case Answer::Status::Revoked:
      return fail(Reason::Revoked, whose + " was revoked: " + answer->detail);
    case Answer::Status::Unknown:
      break;
  }
  return fail(Reason::RevocationUnknown, whose + ": " + answer->detail);
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

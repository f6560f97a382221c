// SPDX-License-Identifier: Apache-2.0
#include "countersign/policy/combine.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace countersign::policy {
namespace {

using Outcomes = std::span<const Outcome>;

bool passes(const Result<Report>& report) {
  if (!report) {
    return false;
  }
  switch (report->verdict) {
    case Verdict::Trusted:
    case Verdict::Skipped:
      return true;
    case Verdict::Untrusted:
      return false;
  }
  return false;
}

bool refuses(const Result<Report>& report) { return report && !passes(report); }

bool refuses_for_good(const Result<Report>& report) {
  return refuses(report) && !may_retry(report->reason);
}

bool refuses_for_now(const Result<Report>& report) {
  return refuses(report) && may_retry(report->reason);
}

bool is_error(const Result<Report>& report) { return !report; }

const Outcome* first(Outcomes outcomes, bool (*is)(const Result<Report>&)) {
  const auto found = std::ranges::find_if(outcomes, is, &Outcome::report);
  return found == outcomes.end() ? nullptr : &*found;
}

std::string label(const Outcome& outcome, std::string_view statement) {
  return outcome.verification + "/" + std::string(statement);
}

Report labelled(const Outcome& outcome) {
  auto report = *outcome.report;
  report.policy = label(outcome, report.policy);
  for (auto& signature : report.signatures) {
    signature.policy = report.policy;
  }
  return report;
}

std::unexpected<Error> labelled_error(const Outcome& outcome) {
  const auto& error = outcome.report.error();
  return fail(error.reason, error.detail + " (verification " + outcome.verification + ")");
}

// A refusal of one, with the signatures that the others looked at.
Report refusal(const Outcome& decisive, Outcomes outcomes) {
  auto report = labelled(decisive);
  report.signatures.clear();
  for (const auto& outcome : outcomes) {
    if (outcome.report) {
      std::ranges::move(labelled(outcome).signatures, std::back_inserter(report.signatures));
    }
  }
  return report;
}

Report all_trust(Outcomes outcomes) {
  Report merged;
  merged.verdict = Verdict::Skipped;
  for (const auto& outcome : outcomes) {
    auto report = labelled(outcome);
    merged.policy += (merged.policy.empty() ? "" : ", ") + report.policy;
    merged.digest = merged.digest ? merged.digest : report.digest;
    if (report.verdict == Verdict::Skipped) {
      merged.skipped.push_back(report.policy);
    } else {
      merged.verdict = Verdict::Trusted;
    }
    std::ranges::move(report.signatures, std::back_inserter(merged.signatures));
  }
  if (merged.verdict == Verdict::Skipped) {
    merged.skipped.clear();  // the verdict says it
  }
  return merged;
}

Result<Report> combine_all(Outcomes outcomes) {
  for (const auto is : {refuses_for_good, refuses_for_now}) {
    if (const auto* const decisive = first(outcomes, is)) {
      return refusal(*decisive, outcomes);
    }
  }
  if (const auto* const unknown = first(outcomes, is_error)) {
    return labelled_error(*unknown);
  }
  return all_trust(outcomes);
}

// What the others found, in a word each.
std::string others(const Outcome& decisive, Outcomes outcomes) {
  std::string text;
  for (const auto& outcome : outcomes) {
    if (&outcome != &decisive && refuses(outcome.report)) {
      text += "; " + outcome.verification + ": " + std::string(wire_name(outcome.report->reason));
    }
  }
  return text;
}

Result<Report> combine_any(Outcomes outcomes) {
  if (const auto* const good = first(outcomes, passes)) {
    return labelled(*good);
  }
  if (const auto* const unknown = first(outcomes, is_error)) {
    return labelled_error(*unknown);
  }
  const auto* decisive = first(outcomes, refuses_for_now);
  decisive = decisive == nullptr ? &outcomes.front() : decisive;
  auto report = refusal(*decisive, outcomes);
  report.detail += others(*decisive, outcomes);
  return report;
}

}  // namespace

bool settles(Join join, const Result<Report>& report) {
  switch (join) {
    case Join::All:
      return refuses_for_good(report);
    case Join::Any:
      return passes(report);
  }
  return false;
}

Result<Report> combine(Join join, Outcomes outcomes) {
  if (outcomes.empty()) {
    return fail(Reason::Internal, "the rule names no verification");
  }
  if (outcomes.size() == 1 && outcomes.front().verification == kDefaultVerification) {
    return outcomes.front().report;
  }
  switch (join) {
    case Join::All:
      return combine_all(outcomes);
    case Join::Any:
      return combine_any(outcomes);
  }
  return fail(Reason::Internal, "an unknown way to join verifications");
}

}  // namespace countersign::policy

// SPDX-License-Identifier: Apache-2.0
#include "countersign/policy/decide.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace countersign::policy {
namespace {

std::optional<Refusal> refusal_of(const ImageResult&);
std::optional<Refusal> refusal_of_verified(const ImageResult&);
Judged judged(const ImageResult&, const std::optional<Refusal>&);
void accept(const ImageResult&, Decision&);
void accept_verified(const ImageResult&, const Report&, Decision&);
void exempt(const std::string& rule, Decision&);
void add_notes(const std::string& field, std::span<const CheckReport> checks,
               std::vector<std::string>& notes);

std::vector<Refusal>& list_for(Mode mode, Decision& decision) {
  switch (mode) {
    case Mode::Enforce:
      return decision.enforced;
    case Mode::Warn:
      return decision.warned;
    case Mode::Audit:
      return decision.audited;
  }
  return decision.enforced;
}

}  // namespace

Decision decide(std::span<const ImageResult> results) {
  Decision decision;
  for (const auto& result : results) {
    auto refusal = refusal_of(result);
    decision.judged.push_back(judged(result, refusal));
    if (refusal) {
      list_for(result.mode, decision).push_back(std::move(*refusal));
    } else {
      accept(result, decision);
    }
  }
  if (decision.enforced.empty()) {
    decision.allowed = true;
    return decision;
  }
  decision.reason = decision.enforced.front().reason;
  decision.may_retry = std::ranges::all_of(
      decision.enforced, [](const Refusal& refusal) { return may_retry(refusal.reason); });
  return decision;
}

std::string text(const Exemption& exemption) {
  switch (exemption.by) {
    case Exemption::By::BreakGlass:
      return std::string(kBreakGlass);
    case Exemption::By::Rule:
      break;
  }
  std::string names;
  for (const auto& name : exemption.names) {
    names += (names.empty() ? "" : ", ") + name;
  }
  return names;
}

Decision break_glass() {
  Decision decision;
  decision.allowed = true;
  decision.exemption = Exemption{.by = Exemption::By::BreakGlass};
  return decision;
}

namespace {

Refusal refuse(const ImageResult& result, Reason reason, std::string detail) {
  return {.reason = reason,
          .field = result.field,
          .container = result.container,
          .image = result.image,
          .digest = {},
          .rule = result.rule,
          .policy = {},
          .detail = std::move(detail),
          .mode = result.mode};
}

std::optional<Refusal> refusal_of(const ImageResult& result) {
  switch (result.action) {
    case Action::Deny:
      return refuse(result, result.denial, {});
    case Action::Verify:
      return refusal_of_verified(result);
    case Action::Allow:
      return std::nullopt;
  }
  return refuse(result, Reason::Internal, "an unknown action");
}

std::optional<Refusal> refusal_of_verified(const ImageResult& result) {
  if (!result.report) {
    return refuse(result, result.report.error().reason, result.report.error().detail);
  }
  const auto& report = *result.report;
  switch (report.verdict) {
    case Verdict::Trusted:
    case Verdict::Skipped:
      return std::nullopt;
    case Verdict::Untrusted:
      break;
  }
  auto refusal = refuse(result, report.reason, report.detail);
  refusal.policy = report.policy;
  refusal.digest = report.digest ? report.digest->text() : std::string();
  return refusal;
}

Judged judged(const ImageResult& result, const std::optional<Refusal>& refusal) {
  Judged judged{.rule = result.rule, .mode = result.mode};
  if (refusal) {
    judged.reason = refusal->reason;
    return judged;
  }
  const bool verified = result.action == Action::Verify && result.report &&
                        result.report->verdict == Verdict::Trusted;
  judged.outcome = verified ? Judged::Outcome::Verified : Judged::Outcome::Unverified;
  return judged;
}

void accept(const ImageResult& result, Decision& decision) {
  switch (result.action) {
    case Action::Allow:
      exempt(result.rule, decision);
      break;
    case Action::Verify:
      if (result.report) {
        accept_verified(result, *result.report, decision);
      }
      break;
    case Action::Deny:
      break;
  }
}

void exempt(const std::string& rule, Decision& decision) {
  if (!decision.exemption) {
    decision.exemption.emplace();
  }
  auto& names = decision.exemption->names;
  if (std::ranges::find(names, rule) == names.end()) {
    names.push_back(rule);
  }
}

// Only of signatures that were accepted: of the others the refusal speaks, or nobody needs them.
void accept_verified(const ImageResult& result, const Report& report, Decision& decision) {
  const Acceptance unsigned_yet{.field = result.field,
                                .image = result.image,
                                .digest = report.digest ? report.digest->text() : std::string(),
                                .policy = report.policy,
                                .signature = {},
                                .signer = {}};
  const auto before = decision.accepted.size();
  for (const auto& signature : report.signatures) {
    if (signature.verdict != Verdict::Trusted) {
      continue;
    }
    auto& acceptance = decision.accepted.emplace_back(unsigned_yet);
    acceptance.policy = signature.policy.empty() ? report.policy : signature.policy;
    acceptance.signature = signature.digest.text();
    acceptance.signer = signature.signer ? signature.signer->thumbprint : std::string();
    add_notes(result.field, signature.checks, decision.notes);
  }
  for (const auto& policy : report.skipped) {
    decision.accepted.emplace_back(unsigned_yet).policy = policy;
  }
  if (decision.accepted.size() == before) {
    decision.accepted.push_back(unsigned_yet);
  }
}

void add_notes(const std::string& field, std::span<const CheckReport> checks,
               std::vector<std::string>& notes) {
  for (const auto& check : checks) {
    const auto about = field + ": " + check.check + " ";
    if (check.action == "log" && check.result == "fail") {
      notes.push_back(about + std::string(wire_name(check.reason)) + ": " + check.detail);
    } else if (check.result == "pass" && !check.detail.empty()) {
      notes.push_back(about + "passed: " + check.detail);
    }
  }
}

}  // namespace
}  // namespace countersign::policy

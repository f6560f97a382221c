// SPDX-License-Identifier: Apache-2.0
#include "countersign/policy/decide.h"

#include <algorithm>
#include <optional>

namespace countersign::policy {
namespace {

std::optional<Refusal> refusal_of(const ImageResult&);
std::optional<Refusal> refusal_of_verified(const ImageResult&);
void accept(const ImageResult&, Decision&);
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
    if (auto refusal = refusal_of(result)) {
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

// Only of signatures that were accepted: of the others the refusal speaks, or nobody needs them.
void accept(const ImageResult& result, Decision& decision) {
  if (result.action != Action::Verify || !result.report) {
    return;
  }
  const auto& report = *result.report;
  Acceptance acceptance{.field = result.field,
                        .image = result.image,
                        .digest = report.digest ? report.digest->text() : std::string(),
                        .policy = report.policy,
                        .signature = {},
                        .signer = {}};
  for (const auto& signature : report.signatures) {
    if (signature.verdict == Verdict::Trusted) {
      acceptance.signature = signature.digest.text();
      acceptance.signer = signature.signer ? signature.signer->thumbprint : std::string();
      add_notes(result.field, signature.checks, decision.notes);
    }
  }
  decision.accepted.push_back(std::move(acceptance));
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

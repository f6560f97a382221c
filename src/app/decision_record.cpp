// SPDX-License-Identifier: Apache-2.0
#include "app/decision_record.h"

#include <array>

namespace countersign::app {
namespace {

using server::Metrics;

const policy::Refusal* first_refusal(const policy::Decision& decision) {
  for (const auto* refusals : std::array{&decision.enforced, &decision.warned, &decision.audited}) {
    if (!refusals->empty()) {
      return &refusals->front();
    }
  }
  return nullptr;
}

Reason reason_of(const policy::Decision& decision) {
  const auto* const refusal = first_refusal(decision);
  return refusal == nullptr ? decision.reason : refusal->reason;
}

bool is_break_glass(const policy::Decision& decision) {
  return decision.exemption && decision.exemption->by == policy::Exemption::By::BreakGlass;
}

Metrics::Decision outcome(const policy::Decision& decision, const kube::Answer& answer) {
  if (!answer.allowed) {
    return Metrics::Decision::Denied;
  }
  if (first_refusal(decision) != nullptr) {
    return Metrics::Decision::Warned;
  }
  return is_break_glass(decision) ? Metrics::Decision::Exempted : Metrics::Decision::Allowed;
}

Metrics::Outcome outcome(policy::Judged::Outcome outcome) {
  switch (outcome) {
    case policy::Judged::Outcome::Refused:
      return Metrics::Outcome::Refused;
    case policy::Judged::Outcome::Verified:
      return Metrics::Outcome::Verified;
    case policy::Judged::Outcome::Unverified:
      return Metrics::Outcome::Unverified;
  }
  return Metrics::Outcome::Refused;
}

}  // namespace

void DecisionRecord::decided(const Decided& decided) {
  const auto took = clock_.tick() - decided.request.received;
  count(decided, took);
  write(decided, took);
  if (events_ != nullptr && decided.entry == Entry::Validate && !decided.answer.allowed) {
    events_->denied(decided.review, decided.answer, reason_of(decided.decision));
  }
}

void DecisionRecord::count(const Decided& decided, std::chrono::nanoseconds took) {
  const auto& decision = decided.decision;
  metrics_.decided(outcome(decision, decided.answer),
                   decided.review.dry_run ? Metrics::Run::Dry : Metrics::Run::Real,
                   reason_of(decision), took);
  metrics_.noted(decision.notes.size());
  for (const auto& image : decision.judged) {
    metrics_.judged({.rule = image.rule,
                     .mode = name(image.mode),
                     .outcome = outcome(image.outcome),
                     .reason = image.reason});
  }
}

// docs/metrics.md has the fields.
void DecisionRecord::write(const Decided& decided, std::chrono::nanoseconds took) {
  const auto& [request, entry, review, decision, answer, id] = decided;
  const policy::Refusal none;
  const auto* const refusal = first_refusal(decision);
  const auto& shown = refusal == nullptr ? none : *refusal;
  const bool refused = refusal != nullptr || !answer.allowed;
  logger_.write(
      log::Level::Info, "decision",
      {{"id", id},
       {"uid", review.uid},
       {"traceId", request.trace_id},
       {"entry", request.path},
       {"operation", kube::name(review.operation)},
       {"resource", review.resource},
       {"namespace", review.name_space},
       {"name", review.name},
       {"user", review.user},
       {"dryRun", review.dry_run},
       {"allowed", answer.allowed},
       {"reason", refused ? wire_name(reason_of(decision)) : std::string_view()},
       {"images", review.images.size()},
       {"refused", decision.enforced.size() + decision.warned.size() + decision.audited.size()},
       {"rule", shown.rule},
       {"mode", refusal == nullptr ? std::string_view() : name(shown.mode)},
       {"policy", shown.policy},
       {"field", shown.field},
       {"image", shown.image},
       {"digest", shown.digest},
       {"detail", shown.detail},
       {"exempt", decision.exemption ? text(*decision.exemption) : std::string()},
       {"notes", decision.notes.size()},
       {"note", decision.notes.empty() ? std::string_view() : decision.notes.front()},
       {"requests", decision.requests},
       {"tookMs", std::chrono::duration_cast<std::chrono::milliseconds>(took).count()}});
}

void DecisionRecord::refused(const server::HttpRequest& request, Entry entry,
                             const kube::Unreadable& unreadable) {
  const auto& [uid, error] = unreadable;
  logger_.warning("review refused unjudged", {{"entry", request.path},
                                              {"uid", uid.value_or("")},
                                              {"traceId", request.trace_id},
                                              {"reason", wire_name(error.reason)},
                                              {"detail", error.detail}});
  if (!uid) {
    metrics_.rejected_request(400);
    return;
  }
  const auto decision =
      entry == Entry::Advise ? Metrics::Decision::Warned : Metrics::Decision::Denied;
  metrics_.decided(decision, Metrics::Run::Real, error.reason, clock_.tick() - request.received);
}

}  // namespace countersign::app

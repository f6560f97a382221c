// SPDX-License-Identifier: Apache-2.0
#include "app/review_text.h"

#include <algorithm>

#include "countersign/base/limits.h"
#include "countersign/base/log.h"

#include "app/paint.h"

namespace countersign::app {
namespace {

std::string clean(std::string_view text) { return log::clean(text, limits::kLogField); }

}  // namespace

Outcome outcome_of(const policy::Decision& decision, const std::string& field) {
  const auto find = [&field](const std::vector<policy::Refusal>& refusals) {
    const auto found = std::ranges::find(refusals, field, &policy::Refusal::field);
    return found == refusals.end() ? nullptr : &*found;
  };
  if (const auto* const refusal = find(decision.enforced)) {
    return {"deny", refusal};
  }
  if (const auto* const refusal = find(decision.warned)) {
    return {"warn", refusal};
  }
  if (const auto* const refusal = find(decision.audited)) {
    return {"audit", refusal};
  }
  return {};
}

std::string review_text(const std::string& title, const kube::Review& review,
                        const policy::Decision& decision, Colour colour) {
  auto text = clean(title) + ": " +
              painted(decision.allowed ? "allowed" : "denied",
                      decision.allowed ? Paint::Good : Paint::Bad, colour) +
              "\n";
  for (const auto& use : review.images) {
    const auto [word, refusal] = outcome_of(decision, use.field);
    std::string padded(word);
    padded.resize(7, ' ');
    text += "  " + padded + clean(use.field) + " " + clean(use.image) + "\n";
    if (refusal != nullptr) {
      text += "         " + std::string(wire_name(refusal->reason)) + ", " +
              std::string(meaning(refusal->reason)) +
              (refusal->detail.empty() ? "" : ": " + clean(refusal->detail)) + "\n";
    }
  }
  using By = policy::Exemption::By;
  if (decision.exemption && decision.exemption->by == By::BreakGlass) {
    text += "  exempt " + policy::text(*decision.exemption) + "\n";
  }
  for (const auto& note : decision.notes) {
    text += "  note   " + clean(note) + "\n";
  }
  return text;
}

std::string unreadable_text(const std::string& title, const Error& error, Colour colour) {
  return clean(title) + ": " + painted("denied", Paint::Bad, colour) + "\n  " +
         std::string(wire_name(error.reason)) + ", " + clean(error.detail) + "\n";
}

}  // namespace countersign::app

// SPDX-License-Identifier: Apache-2.0
#include "app/review_text.h"

#include <algorithm>

#include "countersign/base/limits.h"
#include "countersign/base/log.h"

namespace countersign::app {
namespace {

struct Outcome {
  std::string_view word = "allow";
  const policy::Refusal* refusal = nullptr;
};

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

std::string painted(bool allowed, Colour colour) {
  const std::string word = allowed ? "allowed" : "denied";
  return colour == Colour::Always ? (allowed ? "\x1b[32m" : "\x1b[31m") + word + "\x1b[0m" : word;
}

std::string clean(std::string_view text) { return log::clean(text, limits::kLogField); }

}  // namespace

std::string review_text(const std::string& title, const kube::Review& review,
                        const policy::Decision& decision, Colour colour) {
  auto text = clean(title) + ": " + painted(decision.allowed, colour) + "\n";
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

}  // namespace countersign::app

// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/policy/selector.h"

#include "app/config_sections.h"

namespace countersign::app {
namespace {

using policy::Requirement;

void add(Section& section, std::string_view key, Result<Requirement> requirement,
         policy::Selector& selector) {
  if (auto made = section.understood(key, std::move(requirement))) {
    selector.requirements.push_back(std::move(*made));
  }
}

// As kubectl reads it: `true` without quotes is no text.
void read_labels(Section& section, policy::Selector& selector) {
  if (!section.has("matchLabels")) {
    return;
  }
  const auto labels = section.json("matchLabels");
  if (!labels.is_object() || labels.members().empty()) {
    section.refuse("matchLabels", "a map of labels is expected");
  }
  for (const auto& [key, value] : labels.members()) {
    const auto* const text = value.string();
    if (text == nullptr) {
      section.refuse("matchLabels", "the value of " + key + " is no text; put it in quotes");
      continue;
    }
    add(section, "matchLabels", Requirement::make(key, Requirement::Operator::In, {*text}),
        selector);
  }
}

void read_expression(Section& section, policy::Selector& selector) {
  const auto key = section.required_text("key");
  const auto which = section.understood(
      "operator", Requirement::parse_operator(section.required_text("operator")));
  auto values = section.texts("values");
  if (which) {
    add(section, "key", Requirement::make(key, *which, std::move(values)), selector);
  }
}

}  // namespace

policy::Selector read_selector(Section& rule) {
  policy::Selector selector;
  if (!rule.has("namespaceSelector")) {
    return selector;
  }
  auto section = rule.section("namespaceSelector");
  read_labels(section, selector);
  for (auto& expression : section.sections("matchExpressions")) {
    read_expression(expression, selector);
  }
  if (selector.empty()) {
    rule.refuse("namespaceSelector", "without a requirement it selects everything; leave it out");
  }
  if (selector.requirements.size() > limits::kSelectorRequirements) {
    rule.refuse("namespaceSelector",
                "more than " + std::to_string(limits::kSelectorRequirements) + " requirements");
  }
  return selector;
}

std::optional<Requirement> read_break_glass(Section& admission) {
  if (!admission.has("breakGlass")) {
    return std::nullopt;
  }
  auto section = admission.section("breakGlass");
  const auto key = section.required_text("namespaceLabel");
  auto values = section.has("values") ? section.texts("values") : std::vector<std::string>{"true"};
  return section.understood("namespaceLabel",
                            Requirement::make(key, Requirement::Operator::In, std::move(values)));
}

}  // namespace countersign::app

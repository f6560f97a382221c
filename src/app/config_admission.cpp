// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/policy/rule.h"

#include "app/config_sections.h"

namespace countersign::app {
namespace {

template <class Pattern>
std::vector<Pattern> read_patterns(Section& section, std::string_view key) {
  std::vector<Pattern> patterns;
  for (const auto& text : section.texts(key)) {
    if (auto pattern = section.understood(key, Pattern::parse(text))) {
      patterns.push_back(std::move(*pattern));
    }
  }
  // Without the key a rule is about everything; an empty list is more likely a mistake than a wish.
  if (section.has(key) && patterns.empty()) {
    section.refuse(key, "an empty list matches nothing; leave the key out to match everything");
  }
  return patterns;
}

std::vector<oci::Platform> read_platforms(Section& section, policy::Action action) {
  std::vector<oci::Platform> platforms;
  for (const auto& text : section.texts("platforms")) {
    auto platform = section.understood("platforms", oci::Platform::parse(text));
    if (!platform) {
      continue;  // noted
    }
    const auto equal = [&platform](const auto& each) { return each.matches(*platform); };
    if (std::ranges::any_of(platforms, equal)) {
      section.refuse("platforms", platform->text() + " is given twice");
    }
    platforms.push_back(std::move(*platform));
  }
  if (platforms.size() > limits::kPlatformsPerRule) {
    section.refuse("platforms", "more than " + std::to_string(limits::kPlatformsPerRule));
  }
  if (section.has("platforms") && platforms.empty()) {
    section.refuse("platforms", "an empty list demands nothing; leave the key out");
  }
  if (section.has("platforms") && action != policy::Action::Verify) {
    section.refuse("platforms", "only a rule with action verify can demand them");
  }
  return platforms;
}

policy::Rule read_rule(Section& section) {
  policy::Rule rule;
  rule.name = section.required_text("name");
  rule.namespaces = read_patterns<policy::NamespacePattern>(section, "namespaces");
  rule.images = read_patterns<policy::ImagePattern>(section, "images");
  if (!section.has("action")) {
    section.refuse("action", "is missing");
  }
  rule.action = section.parsed("action", "deny", policy::parse_action).value_or(rule.action);
  rule.mode = section.parsed("mode", "enforce", policy::parse_mode).value_or(rule.mode);
  rule.references =
      section.parsed("references", "any", policy::parse_references).value_or(rule.references);
  rule.platforms = read_platforms(section, rule.action);
  return rule;
}

}  // namespace

policy::Rules read_rules(Section& root) {
  auto section = root.section("admission");
  policy::Rule fallback;
  fallback.name = "default";
  fallback.action =
      section.parsed("default", "deny", policy::parse_action).value_or(policy::Action::Deny);
  std::vector<policy::Rule> rules;
  std::set<std::string> names{fallback.name};
  for (auto& each : section.sections("rules")) {
    rules.push_back(read_rule(each));
    if (!names.insert(rules.back().name).second) {
      each.refuse("name", "the name \"" + rules.back().name + "\" is given twice");
    }
  }
  if (rules.size() > limits::kRules) {
    section.refuse("rules", "more than " + std::to_string(limits::kRules));
  }
  return {std::move(rules), std::move(fallback)};
}

}  // namespace countersign::app

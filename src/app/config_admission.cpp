// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/base/log.h"
#include "countersign/policy/combine.h"
#include "countersign/policy/decide.h"
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

using Verifications = std::span<const VerificationSetup>;

std::optional<std::size_t> place_of(std::string_view name, Verifications verifications) {
  const auto found = std::ranges::find(verifications, name, &VerificationSetup::name);
  return found == verifications.end()
             ? std::nullopt
             : std::optional(static_cast<std::size_t>(found - verifications.begin()));
}

void demand_default(Section& section, std::string_view key, Verifications verifications) {
  if (!place_of(policy::kDefaultVerification, verifications)) {
    section.refuse(key, "there is no trustPolicy: say all or any of verifications");
  }
}

// The places of what `all` or `any` lists.
std::vector<std::size_t> read_names(Section& section, std::string_view key,
                                    Verifications verifications) {
  std::vector<std::size_t> places;
  for (const auto& name : section.texts(key)) {
    const auto place = place_of(name, verifications);
    if (!place) {
      section.refuse(key,
                     "no verification is called \"" + log::clean(name, limits::kLogField) + "\"");
    } else if (std::ranges::find(places, *place) != places.end()) {
      section.refuse(key, "\"" + name + "\" is given twice");
    } else {
      places.push_back(*place);
    }
  }
  if (places.empty()) {
    section.refuse(key, "name one verification at least");
  }
  return places;
}

void check_signers(Section& section, const policy::Demand& demand, Verifications verifications) {
  for (const auto place : demand.verifications) {
    if (place >= verifications.size() || !verifications[place].plan) {
      continue;  // noted
    }
    const auto most = verifications[place].plan->most_signatures();
    if (demand.signers > most) {
      section.refuse("minSignatures", "the verification \"" + verifications[place].name +
                                          "\" tries no more than " + std::to_string(most));
    }
  }
}

policy::Demand read_demand(Section& section, policy::Action action, Verifications verifications) {
  policy::Demand demand;
  if (action != policy::Action::Verify) {
    for (const auto* key : {"all", "any", "minSignatures"}) {
      if (section.has(key)) {
        section.refuse(key, "only a rule with action verify can demand it");
      }
    }
    return demand;  // what is there is unknown, too
  }
  const bool all = section.has("all");
  const bool any = section.has("any");
  if (all && any) {
    section.refuse("any", "either all or any");
  }
  if (!all && !any) {
    demand_default(section, "action", verifications);
  } else {
    demand.join = any ? policy::Join::Any : policy::Join::All;
    demand.verifications = read_names(section, any ? "any" : "all", verifications);
  }
  demand.signers = section.number("minSignatures", demand.signers,
                                  {.least = 1, .most = limits::kSignersPerRule});
  check_signers(section, demand, verifications);
  return demand;
}

policy::Rule read_rule(Section& section, Verifications verifications) {
  policy::Rule rule;
  rule.name = section.required_text("name");
  rule.namespaces = read_patterns<policy::NamespacePattern>(section, "namespaces");
  rule.selector = read_selector(section);
  rule.images = read_patterns<policy::ImagePattern>(section, "images");
  if (!section.has("action")) {
    section.refuse("action", "is missing");
  }
  rule.action = section.parsed("action", "deny", policy::parse_action).value_or(rule.action);
  rule.mode = section.parsed("mode", "enforce", policy::parse_mode).value_or(rule.mode);
  rule.references =
      section.parsed("references", "any", policy::parse_references).value_or(rule.references);
  rule.demand = read_demand(section, rule.action, verifications);
  rule.platforms = read_platforms(section, rule.action);
  return rule;
}

}  // namespace

AdmissionSetup read_admission(Section& root, Verifications verifications) {
  auto section = root.section("admission");
  AdmissionPlaces places;
  policy::Rule fallback;
  fallback.name = "default";
  fallback.action =
      section.parsed("default", "deny", policy::parse_action).value_or(policy::Action::Deny);
  places.fallback = section.where("default");
  if (fallback.action == policy::Action::Verify) {
    demand_default(section, "default", verifications);
  }
  std::vector<policy::Rule> rules;
  std::set<std::string> names{fallback.name, std::string(policy::kBreakGlass)};
  for (auto& each : section.sections("rules")) {
    rules.push_back(read_rule(each, verifications));
    places.rules.push_back(each.where());
    if (!names.insert(rules.back().name).second) {
      each.refuse("name", "the name \"" + rules.back().name + "\" is taken");
    }
  }
  if (rules.size() > limits::kRules) {
    section.refuse("rules", "more than " + std::to_string(limits::kRules));
  }
  auto break_glass = read_break_glass(section);
  places.break_glass = section.where("breakGlass");
  return {policy::Rules(std::move(rules), std::move(fallback), std::move(break_glass)),
          std::move(places)};
}

}  // namespace countersign::app

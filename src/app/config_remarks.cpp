// SPDX-License-Identifier: Apache-2.0
#include "app/config_remarks.h"

#include <algorithm>
#include <utility>

#include "countersign/policy/rule_review.h"

namespace countersign::app {
namespace {

using policy::Effort;
using policy::Remark;

std::string line(const std::string& where, const std::string& text) {
  return where + ": warning: " + text;
}

std::string place_of(const Remark& remark, const AdmissionPlaces& places) {
  switch (remark.about) {
    case Remark::About::Rule:
      return places.rules.at(remark.rule);
    case Remark::About::Fallback:
      return places.fallback;
    case Remark::About::BreakGlass:
      return places.break_glass;
  }
  return {};
}

std::string title_of(const Remark& remark, const policy::Rules& rules) {
  switch (remark.about) {
    case Remark::About::Rule:
      return "rule \"" + rules.rules().at(remark.rule).name + "\": ";
    case Remark::About::Fallback:
      return "default: ";
    case Remark::About::BreakGlass:
      return "breakGlass: ";
  }
  return {};
}

// Some image of these repositories may be judged under the statement.
bool is_reached(const StatementOutline& statement, const policy::Rules& rules,
                std::size_t verification, Effort& effort) {
  return std::ranges::any_of(statement.scopes, [&](const std::string& scope) {
    if (scope == "*") {
      return policy::reaches(rules, verification, nullptr, effort);
    }
    const auto repository = oci::ImageRef::parse(scope);
    return repository && policy::reaches(rules, verification, &*repository, effort);
  });
}

void look_at_statements(const Setup& setup, std::size_t place, Effort& effort,
                        std::vector<std::string>& remarks) {
  const auto& verification = setup.verifications[place];
  for (const auto& statement : verification.plan->statements()) {
    if (!is_reached(statement, setup.rules, place, effort)) {
      remarks.push_back(line(verification.where, "the statement \"" + statement.name +
                                                     "\" judges nothing: no rule leads to it"));
    }
  }
}

void look_at_verifications(const Setup& setup, Effort& effort, std::vector<std::string>& remarks) {
  const auto unused = policy::unused_verifications(setup.rules, setup.verifications.size());
  for (std::size_t place = 0; place < setup.verifications.size(); ++place) {
    const auto& verification = setup.verifications[place];
    if (!verification.plan) {
      continue;  // noted as an error
    }
    for (const auto& weakness : verification.plan->weaknesses()) {
      remarks.push_back(line(verification.where, weakness));
    }
    if (std::ranges::find(unused, place) != unused.end()) {
      remarks.push_back(
          line(verification.where, "no rule uses the verification \"" + verification.name + "\""));
    } else {
      look_at_statements(setup, place, effort, remarks);
    }
  }
}

// Those of rules that a family holds are registries of it as far as rules are concerned.
void add_members(const azure::RegistryFamily& family, const policy::Rules& rules,
                 std::vector<std::string>& registries) {
  for (const auto& rule : rules.rules()) {
    for (const auto& pattern : rule.images) {
      auto host = pattern.text().substr(0, pattern.text().find('/'));
      if (family.holds(host)) {
        registries.push_back(std::move(host));
      }
    }
  }
}

std::vector<std::string> names_of(const Setup& setup) {
  std::vector<std::string> registries;
  for (const auto& registry : setup.registries) {
    registries.push_back(registry.host);
    if (registry.family) {
      add_members(*registry.family, setup.rules, registries);
    }
  }
  return registries;
}

// docs/decisions/0032: who writes a pod chooses which.
void look_at_family(const Setup& setup, std::vector<std::string>& remarks) {
  for (const auto& registry : setup.registries) {
    if (registry.family) {
      remarks.push_back(line(registry.where,
                             "whoever may create pods chooses which registry of " + registry.host +
                                 " is contacted, with these credentials: name yours instead where "
                                 "you know them"));
    }
  }
}

}  // namespace

std::vector<std::string> remarks_on(const Setup& setup, const AdmissionPlaces& places) {
  const auto registries = names_of(setup);
  Effort effort;
  std::vector<std::string> remarks;
  for (const auto& remark : policy::review_rules(setup.rules, registries, effort)) {
    remarks.push_back(line(place_of(remark, places), title_of(remark, setup.rules) + remark.text));
  }
  look_at_family(setup, remarks);
  Effort more;  // of its own: what rules cost must not hide this
  look_at_verifications(setup, more, remarks);
  return remarks;
}

}  // namespace countersign::app

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/policy/combine.h"

#include "app/config_sections.h"

namespace countersign::app {
namespace {

std::unique_ptr<VerifierPlan> make_plan(std::string_view kind, Section& section,
                                        const Catalog& catalog, const Services& services) {
  auto* const make = catalog.find<VerifierPlan>(kind, section, "trustPolicy");
  return make == nullptr ? nullptr : make(section, services);
}

// Users read it before a slash in messages and records.
bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= limits::kLabelBytes &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

}  // namespace

std::vector<VerificationSetup> read_verifications(Section& root, const Catalog& catalog,
                                                  const Services& services) {
  std::vector<VerificationSetup> verifications;
  if (root.has("trustPolicy") || !root.has("verifications")) {
    verifications.push_back({.where = root.where("trustPolicy"),
                             .name = std::string(policy::kDefaultVerification),
                             .plan = make_plan("notation", root, catalog, services)});
  }
  for (auto& section : root.sections("verifications")) {
    auto name = section.required_text("name");
    if (!is_name(name)) {
      section.refuse("name", "lower-case letters, digits and dashes are expected");
    } else if (name == policy::kDefaultVerification) {
      section.refuse("name", "default is what trustPolicy is called");
    } else if (std::ranges::find(verifications, name, &VerificationSetup::name) !=
               verifications.end()) {
      section.refuse("name", "the verification \"" + name + "\" is given twice");
    }
    verifications.push_back({.where = section.where(),
                             .name = std::move(name),
                             .plan = make_plan("namedNotation", section, catalog, services)});
  }
  if (verifications.size() > limits::kVerifications) {
    root.refuse("verifications", "more than " + std::to_string(limits::kVerifications) + " in all");
  }
  if (verifications.empty()) {
    root.refuse("verifications", "an empty list verifies nothing; say trustPolicy");
  }
  return verifications;
}

}  // namespace countersign::app

// SPDX-License-Identifier: Apache-2.0
// trustPolicy: a Notary Project trust policy document, or {file: PATH}; verification. The same side
// by side in each of verifications.
#include <set>

#include "countersign/base/limits.h"
#include "countersign/notation/trust_policy.h"

#include "app/catalog.h"
#include "app/duration.h"
#include "app/file.h"
#include "app/notation_plan.h"
#include "app/yaml_json.h"

namespace countersign::app::builtin {
namespace {

constexpr std::string_view kPolicy = "trustPolicy";

// The document's members are checked by its own parser; only {file: PATH} is ours.
std::optional<notation::TrustPolicy> trust_policy(Section& root) {
  if (!root.has(kPolicy)) {
    root.refuse(kPolicy, "is missing");
    return std::nullopt;
  }
  const auto json = root.json(kPolicy);
  const auto* const file = json.find_string("file");
  if (file == nullptr) {
    return root.understood(kPolicy, notation::TrustPolicy::parse(json_text(json)));
  }
  if (json.members().size() != 1) {
    root.refuse(kPolicy, "beside file there is nothing else");
    return std::nullopt;
  }
  const auto path = root.resolved(*file);
  const auto content = root.content(kPolicy, path, limits::kPolicyBytes);
  if (!content) {
    return std::nullopt;
  }
  auto policy = notation::TrustPolicy::parse(*content);
  if (!policy) {
    root.refuse(kPolicy, path.string() + ": " + policy.error().detail);
    return std::nullopt;
  }
  return std::move(*policy);
}

Result<std::chrono::seconds> parse_max_stale(std::string_view text) {
  TRY(const auto duration, parse_duration(text));
  if (duration > limits::kRevocationStaleMost) {
    return fail(Reason::BadConfig,
                "at most " + std::to_string(limits::kRevocationStaleMost / std::chrono::hours(1)) +
                    "h is expected");
  }
  return duration;
}

notation::RevocationRules revocation_rules(Section& section) {
  using Rules = notation::RevocationRules;
  Rules rules;
  rules.stale = section.parsed("maxStale", "0s", parse_max_stale).value_or(rules.stale);
  rules.sourceless =
      section.flag("requireSource", false) ? Rules::Sourceless::Refuse : Rules::Sourceless::Accept;
  return rules;
}

// The keys are read even when there is no policy to apply them to: else they were unknown.
void add_revocation_rules(Section& verification, std::optional<notation::TrustPolicy>& policy) {
  std::set<std::string> named;
  for (auto& section : verification.sections("revocation")) {
    const auto statement = section.required_text("statement");
    const auto rules = revocation_rules(section);
    if (!named.insert(statement).second) {
      section.refuse("statement", "the statement \"" + statement + "\" is given twice");
    }
    if (const auto set = policy ? policy->set_revocation(statement, rules) : Result<void>(); !set) {
      section.refuse("statement", set.error().detail);
    }
  }
}

std::unique_ptr<VerifierPlan> plan(std::optional<notation::TrustPolicy> policy,
                                   Section& verification) {
  const admission::NotationOptions options{
      .max_signatures = verification.number("maxSignatures", limits::kSignaturesPerImage,
                                            {.least = 1, .most = limits::kReferrers})};
  add_revocation_rules(verification, policy);
  return policy ? notation_plan(std::move(*policy), options) : nullptr;
}

}  // namespace

std::unique_ptr<VerifierPlan> notation(Section& root, const Services&) {
  auto policy = trust_policy(root);
  auto verification = root.section("verification");
  return plan(std::move(policy), verification);
}

std::unique_ptr<VerifierPlan> named_notation(Section& section, const Services&) {
  return plan(trust_policy(section), section);
}

}  // namespace countersign::app::builtin

// SPDX-License-Identifier: Apache-2.0
// Laws of trust policies: in an accepted document the names of statements are unique, every scope
// belongs to one statement and statement_for() finds that one, the wildcard stands alone and is
// never skipped, stores and identities are there unless verification is skipped, and every store
// name parses again to the same store; and the document, written again by nlohmann from what
// nlohmann read, is accepted with equal statements.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "countersign/notation/trust_policy.h"

namespace {

using countersign::Reason;
using countersign::notation::Action;
using countersign::notation::Check;
using countersign::notation::Level;
using countersign::notation::Statement;
using countersign::notation::TrustPolicy;

void demand(bool law) {
  if (!law) {
    std::abort();
  }
}

void demand_scopes(const TrustPolicy& policy, const Statement& statement,
                   std::set<std::string_view>& scopes) {
  demand(!statement.scopes.empty());
  for (const auto& scope : statement.scopes) {
    demand(scopes.insert(scope).second);
    const bool is_wildcard = scope == "*";
    demand(!is_wildcard || (statement.scopes.size() == 1 && statement.level != Level::Skip));
    demand(policy.statement_for(scope) == &statement);
  }
}

void demand_trust(const Statement& statement) {
  const bool skips = statement.level == Level::Skip;
  demand(statement.stores.empty() == skips);
  for (const auto& store : statement.stores) {
    const auto again = countersign::trust::StoreName::parse(store.text());
    demand(again.has_value() && *again == store);
  }
  demand(statement.identities == Statement::Identities::Listed || statement.subjects.empty());
  for (const auto& subject : statement.subjects) {
    demand(subject.subset_of(subject));
    demand(std::ranges::count_if(statement.subjects,
                                 [&](const auto& other) { return subject.subset_of(other); }) == 1);
  }
  // Integrity is enforced wherever anything is.
  demand(statement.action(Check::Integrity) == (skips ? Action::Skip : Action::Enforce));
}

bool same(const Statement& one, const Statement& other) {
  return one.name == other.name && one.scopes == other.scopes && one.level == other.level &&
         one.actions == other.actions && one.verify_timestamp == other.verify_timestamp &&
         one.stores == other.stores && one.identities == other.identities &&
         one.subjects.size() == other.subjects.size();
}

void demand_same_again(std::string_view text, const TrustPolicy& policy) {
  const auto document = nlohmann::json::parse(text, nullptr, false);
  demand(!document.is_discarded());
  const auto again = TrustPolicy::parse(document.dump());
  demand(again.has_value());
  demand(std::ranges::equal(policy.statements(), again->statements(), same));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto policy = TrustPolicy::parse(text);
  if (!policy) {
    demand(policy.error().reason == Reason::BadConfig);
    return 0;
  }
  demand(!policy->statements().empty());
  std::set<std::string_view> names;
  std::set<std::string_view> scopes;
  for (const auto& statement : policy->statements()) {
    demand(!statement.name.empty() && names.insert(statement.name).second);
    demand_scopes(*policy, statement, scopes);
    demand_trust(statement);
  }
  demand_same_again(text, *policy);
  return 0;
}

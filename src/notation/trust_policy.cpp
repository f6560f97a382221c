// SPDX-License-Identifier: Apache-2.0
#include "countersign/notation/trust_policy.h"

#include <algorithm>
#include <set>
#include <span>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/codec/json.h"
#include "countersign/oci/image_ref.h"

#include "notation/policy_members.h"
#include "notation/registry_scope.h"
#include "notation/statement.h"

namespace countersign::notation {
namespace {

using codec::Json;

Result<std::span<const Json>> read_statements(const Json& document);
std::string place(std::size_t index, const Json& statement);
Result<void> check_unique(std::span<const Statement> statements);
const Statement* find_scope(std::span<const Statement> statements, std::string_view scope);

}  // namespace

Result<TrustPolicy> TrustPolicy::parse(std::string_view json) {
  TRY(const auto document, Json::parse(json, {.bytes = limits::kPolicyBytes}, Reason::BadConfig));
  TRY(const auto listed, read_statements(document));
  std::vector<Statement> statements;
  for (const Json& element : listed) {
    auto statement = parse_statement(element);
    if (!statement) {
      return fail(Reason::BadConfig,
                  place(statements.size(), element) + ": " + statement.error().detail);
    }
    statements.push_back(*std::move(statement));
  }
  TRY_VOID(check_unique(statements));
  return TrustPolicy(std::move(statements));
}

Result<void> TrustPolicy::set_revocation(std::string_view statement, RevocationRules rules) {
  const auto found = std::ranges::find(statements_, statement, &Statement::name);
  if (found == statements_.end()) {
    return fail(Reason::BadConfig,
                "the trust policy has no statement \"" + std::string(statement) + "\"");
  }
  found->revocation = rules;
  return {};
}

const Statement* TrustPolicy::statement_for(std::string_view repository) const {
  const Statement* exact = find_scope(statements_, repository);  // scopes are canonical
  if (exact == nullptr) {
    exact = find_scope(statements_, oci::canonical_scope(repository));
  }
  return exact != nullptr ? exact : find_scope(statements_, kWildcardScope);
}

std::string_view name(Check check) {
  switch (check) {
    case Check::Integrity:
      return "integrity";
    case Check::Authenticity:
      return "authenticity";
    case Check::AuthenticTimestamp:
      return "authenticTimestamp";
    case Check::Expiry:
      return "expiry";
    case Check::Revocation:
      return "revocation";
  }
  return "";
}

std::string_view name(Action action) {
  switch (action) {
    case Action::Enforce:
      return "enforce";
    case Action::Log:
      return "log";
    case Action::Skip:
      return "skip";
  }
  return "";
}

std::string_view name(Level level) {
  switch (level) {
    case Level::Strict:
      return "strict";
    case Level::Permissive:
      return "permissive";
    case Level::Audit:
      return "audit";
    case Level::Skip:
      return "skip";
  }
  return "";
}

namespace {

Result<std::span<const Json>> read_statements(const Json& document) {
  TRY_VOID(check_members(document, "the trust policy", {"version", "trustPolicies"}));
  const std::string* version = document.find_string("version");
  if (version == nullptr || *version != "1.0") {
    return fail(Reason::BadConfig, "the trust policy's version is not \"1.0\"");
  }
  const Json* statements = document.find("trustPolicies");
  if (statements == nullptr || statements->elements().empty() ||
      statements->elements().size() > limits::kPolicyStatements) {
    return fail(Reason::BadConfig, "trustPolicies is not an array of 1 to " +
                                       std::to_string(limits::kPolicyStatements) + " statements");
  }
  return statements->elements();
}

std::string place(std::size_t index, const Json& statement) {
  const std::string* name = statement.find_string("name");
  return "trustPolicies[" + std::to_string(index) + "]" +
         (name != nullptr ? " \"" + *name + "\"" : "");
}

// Names are unique, and so are scopes in canonical form: which statement applies must not depend on
// the spelling or on the order.
Result<void> check_unique(std::span<const Statement> statements) {
  std::set<std::string_view> names;
  std::set<std::string_view> scopes;
  for (const auto& statement : statements) {
    if (!names.insert(statement.name).second) {
      return fail(Reason::BadConfig, "two statements are named \"" + statement.name + "\"");
    }
    for (const auto& scope : statement.scopes) {
      if (!scopes.insert(scope).second) {
        return fail(Reason::BadConfig, "registry scope \"" + scope + "\" is given twice");
      }
    }
  }
  return {};
}

const Statement* find_scope(std::span<const Statement> statements, std::string_view scope) {
  const auto found = std::ranges::find_if(statements, [&](const Statement& statement) {
    return std::ranges::find(statement.scopes, scope) != statement.scopes.end();
  });
  return found == statements.end() ? nullptr : &*found;
}

}  // namespace
}  // namespace countersign::notation

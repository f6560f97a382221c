// SPDX-License-Identifier: Apache-2.0
#include "app/notation_plan.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace countersign::app {
namespace {

class NotationPlan final : public VerifierPlan {
 public:
  NotationPlan(notation::TrustPolicy policy, admission::NotationOptions options)
      : policy_(std::move(policy)), options_(options) {}

  std::vector<trust::StoreName> stores() const override {
    std::set<trust::StoreName> names;
    for (const auto& statement : policy_.statements()) {
      names.insert(statement.stores.begin(), statement.stores.end());
    }
    return {names.begin(), names.end()};
  }

  std::size_t most_signatures() const override { return options_.max_signatures; }

  std::vector<StatementOutline> statements() const override {
    std::vector<StatementOutline> outlines;
    for (const auto& statement : policy_.statements()) {
      outlines.push_back({statement.name, statement.scopes});
    }
    return outlines;
  }

  std::vector<std::string> weaknesses() const override;

  std::unique_ptr<admission::Verifier> make(
      admission::RevocationChecker& checker,
      std::shared_ptr<admission::EnvelopeCache> envelopes) const override {
    return admission::make_notation_verifier(policy_, options_, checker, std::move(envelopes));
  }

 private:
  notation::TrustPolicy policy_;
  admission::NotationOptions options_;
};

bool is_wildcard(const notation::Statement& statement) {
  return std::ranges::find(statement.scopes, "*") != statement.scopes.end();
}

// The first check that the one takes less seriously than the other; zero is the strictest action.
std::optional<std::string> weaker_check(const notation::Statement& one,
                                        const notation::Statement& other) {
  using notation::Check;
  for (const auto check : {Check::Integrity, Check::Authenticity, Check::AuthenticTimestamp,
                           Check::Expiry, Check::Revocation}) {
    if (one.action(check) > other.action(check)) {
      return std::string(notation::name(check)) + " is " +
             std::string(notation::name(one.action(check))) + ", not " +
             std::string(notation::name(other.action(check)));
    }
  }
  return std::nullopt;
}

// Whoever is not named should not be trusted more easily than whoever is.
std::vector<std::string> NotationPlan::weaknesses() const {
  std::vector<std::string> found;
  const auto& statements = policy_.statements();
  const auto wildcard = std::ranges::find_if(statements, is_wildcard);
  for (const auto& statement : statements) {
    if (wildcard == statements.end() || is_wildcard(statement)) {
      continue;
    }
    if (const auto check = weaker_check(*wildcard, statement)) {
      found.push_back("the statement \"" + wildcard->name +
                      "\", for all other repositories, is weaker than \"" + statement.name +
                      "\": " + *check);
    }
  }
  return found;
}

}  // namespace

std::unique_ptr<VerifierPlan> notation_plan(notation::TrustPolicy policy,
                                            admission::NotationOptions options) {
  return std::make_unique<NotationPlan>(std::move(policy), options);
}

}  // namespace countersign::app

// SPDX-License-Identifier: Apache-2.0
#include "app/notation_plan.h"

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

  std::unique_ptr<admission::Verifier> make(
      admission::RevocationChecker& checker,
      std::shared_ptr<admission::EnvelopeCache> envelopes) const override {
    return admission::make_notation_verifier(policy_, options_, checker, std::move(envelopes));
  }

 private:
  notation::TrustPolicy policy_;
  admission::NotationOptions options_;
};

}  // namespace

std::unique_ptr<VerifierPlan> notation_plan(notation::TrustPolicy policy,
                                            admission::NotationOptions options) {
  return std::make_unique<NotationPlan>(std::move(policy), options);
}

}  // namespace countersign::app

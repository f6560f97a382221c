// SPDX-License-Identifier: Apache-2.0
#include "app/notation_plan.h"

#include <gtest/gtest.h>

namespace countersign::app {
namespace {

class NobodyAsks final : public admission::RevocationChecker {
 public:
  std::vector<Result<x509::RevocationStatus>> ask(std::span<const notation::Question> questions,
                                                  Deadline) override {
    ADD_FAILURE() << "asked about revocation";
    return std::vector<Result<x509::RevocationStatus>>(questions.size(), x509::RevocationStatus{});
  }
};

TEST(NotationPlan, NamesItsStoresOnceAndMakesTheVerifier) {
  auto policy = notation::TrustPolicy::parse(
      R"({"version":"1.0","trustPolicies":[)"
      R"({"name":"a","registryScopes":["r.example/a"],"signatureVerification":{"level":"strict"},)"
      R"("trustStores":["ca:x","tsa:t"],"trustedIdentities":["*"]},)"
      R"({"name":"b","registryScopes":["r.example/b"],"signatureVerification":{"level":"audit"},)"
      R"("trustStores":["ca:x"],"trustedIdentities":["*"]}]})");
  ASSERT_TRUE(policy) << policy.error().detail;
  const auto plan = notation_plan(std::move(*policy), {.max_signatures = 3});
  const std::vector<trust::StoreName> stores{{trust::StoreType::Ca, "x"},
                                             {trust::StoreType::Tsa, "t"}};
  EXPECT_EQ(plan->stores(), stores);
  EXPECT_EQ(plan->most_signatures(), 3U);
  ASSERT_EQ(plan->statements().size(), 2U);
  EXPECT_EQ(plan->statements()[1].name, "b");
  EXPECT_EQ(plan->statements()[1].scopes, std::vector<std::string>{"r.example/b"});
  EXPECT_TRUE(plan->weaknesses().empty()) << "there is no wildcard";
  NobodyAsks checker;
  const auto verifier = plan->make(checker, std::make_shared<admission::EnvelopeCache>());
  ASSERT_NE(verifier, nullptr);
  EXPECT_EQ(verifier->stores(), stores);
  EXPECT_EQ(verifier->settled("r.example/a"), std::nullopt);
  const auto other = verifier->settled("r.example/c");
  ASSERT_TRUE(other);
  EXPECT_EQ(other->reason, Reason::NoPolicy);
}

}  // namespace
}  // namespace countersign::app

// SPDX-License-Identifier: Apache-2.0
#include "app/policy_trial.h"

#include <gtest/gtest.h>

#include "app/application.h"
#include "app/workload.h"
#include "samples.h"

namespace countersign::app {
namespace {

using Decision = Expectation::Decision;

class PolicyTrialTest : public testing::Test {
 protected:
  void SetUp() override {
    auto config = parse_config(
        sample_.config("  breakGlass: {namespaceLabel: glass}\n"
                       "  rules:\n"
                       "    - {name: team, namespaceSelector: {matchLabels: {team: a}}, "
                       "images: [registry.example/team], action: allow}\n"
                       "    - {name: warn, images: [registry.example/warn], action: deny, mode: "
                       "warn}\n"
                       "    - {name: audit, images: [registry.example/audit], action: deny, mode: "
                       "audit}\n"
                       "    - {name: signed, images: [registry.example/net-monitor], action: "
                       "verify, minSignatures: 2}\n"),
        "c.yaml", builtins(), services_.services);
    ASSERT_TRUE(config) << config.error().front();
    auto made = Application::create(std::move(config->setup),
                                    {services_.clock, *logger_, services_.observer});
    ASSERT_TRUE(made) << made.error().detail;
    application_ = std::move(*made);
    application_->refresh_trust(services_.clock.in(std::chrono::seconds(1)));
  }

  CaseResult run(const std::string& image, Expectation expected,
                 std::optional<policy::Labels> labels = policy::Labels{}) {
    auto manifests = parse_documents(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: "
        "{containers: [{name: c, image: '" +
        image + "'}]}}}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\n");
    PolicyCase given{.name = "case",
                     .manifests = *manifests,
                     .name_space = "shop",
                     .labels = std::move(labels),
                     .expected = {std::move(expected)}};
    return PolicyTrial(application_->admitter(), services_.clock).run(given);
  }
  void expect_met(const std::string& image, const Expectation& expected,
                  std::optional<policy::Labels> labels = policy::Labels{}) {
    EXPECT_EQ(run(image, expected, std::move(labels)).differences, std::vector<std::string>())
        << image;
  }

  TwoSigners sample_;
  TestServices services_;
  std::unique_ptr<log::Logger> logger_ = log::make_silent_logger();
  std::unique_ptr<Application> application_;
};

Expectation of(std::string image, Decision decision, std::optional<Reason> reason,
               std::string rule) {
  return {.image = std::move(image),
          .field = {},
          .decision = decision,
          .reason = reason,
          .rule = std::move(rule)};
}

TEST_F(PolicyTrialTest, ComesToTheDecisionOfTheWebhook) {
  expect_met(sample_.image(), of(sample_.image(), Decision::Allow, {}, "signed"));
  expect_met("ghcr.io/a", of("ghcr.io/a", Decision::Deny, Reason::NoPolicy, "default"));
  expect_met("registry.example/warn",
             of("registry.example/warn", Decision::Warn, Reason::ImageDenied, "warn"));
  expect_met("registry.example/audit",
             of("registry.example/audit", Decision::Audit, Reason::ImageDenied, "audit"));
  const std::string team = "registry.example/team";
  expect_met(team, of(team, Decision::Allow, {}, "team"), policy::Labels{{"team", "a"}});
  expect_met(team, of(team, Decision::Deny, Reason::NoPolicy, "default"),
             policy::Labels{{"team", "b"}});
  expect_met(team, of(team, Decision::Deny, Reason::NamespaceUnavailable, "team"), std::nullopt);
  expect_met(team, of(team, Decision::Allow, {}, "break-glass"), policy::Labels{{"glass", "true"}});
}

TEST_F(PolicyTrialTest, KnowsAnImageByItsFieldAndThePodByNothing) {
  for (const auto* field :
       {"spec.containers[0].image", "spec.template.spec.containers[0].image", ""}) {
    auto expected = of({}, Decision::Deny, Reason::NoPolicy, {});
    expected.field = field;
    expect_met("ghcr.io/a", expected);
  }
}

TEST_F(PolicyTrialTest, SaysWhatDiffers) {
  const auto differ = [this](const Expectation& expected) {
    const auto result = run("ghcr.io/a", expected);
    EXPECT_EQ(result.differences.size(), 1U);
    return result.differences.empty() ? std::string() : result.differences[0];
  };
  EXPECT_EQ(differ(of("ghcr.io/a", Decision::Allow, {}, {})),
            "spec.template.spec.containers[0].image ghcr.io/a: deny NO_POLICY by rule default, "
            "expected allow");
  for (const auto& expected :
       {of("ghcr.io/a", Decision::Deny, Reason::Untrusted, {}),
        of("ghcr.io/a", Decision::Deny, {}, "signed"), of("ghcr.io/a", Decision::Warn, {}, {}),
        of("ghcr.io/b", Decision::Deny, {}, {})}) {
    EXPECT_NE(differ(expected), "");
  }
}

TEST_F(PolicyTrialTest, DoesNotTakeAnUnknownKindForAllowed) {
  const PolicyCase given{.name = "case",
                         .manifests = *parse_documents(
                             "{apiVersion: x/v1, kind: Rollout, spec: {containers: [{image: a}]}}"),
                         .name_space = "shop",
                         .labels = {},
                         .expected = {of({}, Decision::Allow, {}, {})}};
  EXPECT_FALSE(
      PolicyTrial(application_->admitter(), services_.clock).run(given).differences.empty());
}

TEST(PolicyTrial, PrintsOneLineForEachCaseAndACount) {
  const std::vector<CaseResult> results{{"good", {}}, {"bad\n", {"this", "that"}}};
  EXPECT_EQ(trial_text(results),
            "ok   good\nFAIL bad?\n     this\n     that\n1 passed, 1 failed\n");
  EXPECT_EQ(
      trial_json(results),
      "{\"cases\":[{\"name\":\"good\",\"ok\":true,\"differences\":[]},{\"name\":\"bad\\u000a\","
      "\"ok\":false,\"differences\":[\"this\",\"that\"]}],\"passed\":1,\"failed\":1}\n");
}

}  // namespace
}  // namespace countersign::app

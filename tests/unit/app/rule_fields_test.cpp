// SPDX-License-Identifier: Apache-2.0
// No field of a rule is without effect: each one, changed alone, changes what becomes of an image.
#include <gtest/gtest.h>

#include "countersign/kube/admission_review.h"

#include "app/application.h"
#include "samples.h"

namespace countersign::app {
namespace {

class OneNamespace final : public admission::Namespaces {  // every namespace has these
 public:
  Result<admission::Labels> labels(std::string_view, Deadline) override {
    return admission::Labels{{"team", "a"}, {"env", "prod"}};
  }
};

class RuleFieldsTest : public testing::Test {
 protected:
  // Of the image that two have signed, in the namespace `shop`: "allow", "warn", "audit", or why
  // not.
  std::string judge_under(const std::string& text) {
    auto config = parse_config(text, "c.yaml", builtins(), services_.services);
    if (!config) {
      ADD_FAILURE() << config.error().front();
      return "unusable";
    }
    config->setup.namespaces = std::make_shared<OneNamespace>();
    const auto logger = log::make_silent_logger();
    const auto application = Application::create(std::move(config->setup),
                                                 {services_.clock, *logger, services_.observer});
    if (!application) {
      ADD_FAILURE() << application.error().detail;
      return "unusable";
    }
    const auto deadline = services_.clock.in(std::chrono::seconds(5));
    (*application)->refresh_trust(deadline);
    kube::Review review;
    review.name_space = "shop";
    review.images.push_back({"spec.containers[0].image", "c", image_});
    const auto& admitter = (*application)->admitter();
    const auto decision = admitter.admit(admitter.view(), review, deadline);
    return !decision.warned.empty() ? "warn" : !decision.audited.empty() ? "audit" : word(decision);
  }
  std::string judge(const std::string& admission) { return judge_under(sample_.config(admission)); }
  // One rule with these members; what it does not name is denied.
  std::string under(const std::string& members) {
    return judge("  rules:\n    - {name: rule, " + members + "}\n");
  }

  TwoSigners sample_;
  TestServices services_;
  std::string image_ = sample_.image();
};

struct Row {
  const char* field;
  const char* one;
  const char* with_one;
  const char* other;
  const char* with_other;
};

TEST_F(RuleFieldsTest, EachOneChangesADecision) {  // POL-03
  for (const auto& row : {
           Row{"action", "action: verify", "allow", "action: deny", "IMAGE_DENIED"},
           Row{"namespaces", "namespaces: [shop], action: verify", "allow",
               "namespaces: [other], action: verify", "NO_POLICY"},
           Row{"images", "images: [\"registry.example/*\"], action: verify", "allow",
               "images: [\"registry.example/a*\"], action: verify", "NO_POLICY"},
           Row{"mode", "action: deny, mode: enforce", "IMAGE_DENIED", "action: deny, mode: warn",
               "warn"},
           Row{"mode", "action: deny, mode: audit", "audit", "action: deny, mode: warn", "warn"},
           Row{"platforms", "action: verify", "allow", "action: verify, platforms: [linux/s390x]",
               "PLATFORM_MISSING"},
           Row{"minSignatures", "action: verify, minSignatures: 2", "allow",
               "action: verify, minSignatures: 3", "TOO_FEW_SIGNERS"},
           Row{"minSignatures of each", "action: verify, all: [one, other]", "allow",
               "action: verify, all: [one, other], minSignatures: 2", "TOO_FEW_SIGNERS"},
           Row{"minSignatures of any", "action: verify, any: [one, default], minSignatures: 2",
               "allow", "action: verify, any: [one, other], minSignatures: 2", "TOO_FEW_SIGNERS"},
           Row{"matchLabels", "namespaceSelector: {matchLabels: {team: a}}, action: verify",
               "allow", "namespaceSelector: {matchLabels: {team: b}}, action: verify", "NO_POLICY"},
           Row{"key",
               "namespaceSelector: {matchExpressions: [{key: team, operator: Exists}]}, "
               "action: verify",
               "allow",
               "namespaceSelector: {matchExpressions: [{key: none, operator: Exists}]}, "
               "action: verify",
               "NO_POLICY"},
           Row{"operator",
               "namespaceSelector: {matchExpressions: [{key: env, operator: In, values: [prod]}]}, "
               "action: verify",
               "allow",
               "namespaceSelector: {matchExpressions: [{key: env, operator: NotIn, values: "
               "[prod]}]}, action: verify",
               "NO_POLICY"},
           Row{"operator",
               "namespaceSelector: {matchExpressions: [{key: env, operator: Exists}]}, "
               "action: verify",
               "allow",
               "namespaceSelector: {matchExpressions: [{key: env, operator: DoesNotExist}]}, "
               "action: verify",
               "NO_POLICY"},
           Row{"values",
               "namespaceSelector: {matchExpressions: [{key: env, operator: In, values: [prod]}]}, "
               "action: verify",
               "allow",
               "namespaceSelector: {matchExpressions: [{key: env, operator: In, values: [test]}]}, "
               "action: verify",
               "NO_POLICY"},
       }) {
    EXPECT_EQ(under(row.one), row.with_one) << row.field;
    EXPECT_EQ(under(row.other), row.with_other) << row.field;
  }
}

TEST_F(RuleFieldsTest, AllAndAnyDiffer) {  // POL-03
  // `one` demands an identity that nobody has, here.
  const auto with = [this](const std::string& demand) {
    auto text = sample_.config("  rules:\n    - {name: rule, action: verify, " + demand + "}\n");
    const std::string identities = "trustedIdentities: [\"*\"]";
    const auto at = text.find(identities, text.find("{name: one,"));
    return judge_under(text.replace(at, identities.size(),
                                    "trustedIdentities: [\"x509.subject: C=US, ST=WA, O=X\"]"));
  };
  EXPECT_EQ(with("any: [one, other]"), "allow");
  EXPECT_EQ(with("all: [one, other]"), "IDENTITY_MISMATCH");
  EXPECT_EQ(with("all: [other]"), "allow");
  EXPECT_EQ(with("any: [one]"), "IDENTITY_MISMATCH");
  EXPECT_EQ(with("mode: enforce"), "allow") << "the default one";
}

TEST_F(RuleFieldsTest, ReferencesAndDefault) {  // POL-03
  EXPECT_EQ(judge("  default: verify\n"), "allow");
  EXPECT_EQ(judge("  default: deny\n"), "NO_POLICY");
  image_ = "registry.example/net-monitor:v1";
  EXPECT_EQ(under("action: verify, references: digestOnly"), "TAG_NOT_ALLOWED");
  EXPECT_EQ(under("action: verify, references: any"), "IMAGE_NOT_FOUND") << "the layout has no tag";
  EXPECT_EQ(judge("  default: allow\n"), "allow");
}

TEST_F(RuleFieldsTest, BreakGlass) {  // POL-03
  const auto with = [](const std::string& glass) { return "  breakGlass: " + glass + "\n"; };
  EXPECT_EQ(judge(with("{namespaceLabel: team, values: [a]}")), "allow");
  EXPECT_EQ(judge(with("{namespaceLabel: team, values: [b]}")), "NO_POLICY");
  EXPECT_EQ(judge(with("{namespaceLabel: other, values: [a]}")), "NO_POLICY");
  EXPECT_EQ(judge(with("{namespaceLabel: team}")), "NO_POLICY") << "the value is true by default";
}

}  // namespace
}  // namespace countersign::app

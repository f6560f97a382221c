// SPDX-License-Identifier: Apache-2.0
#include "countersign/policy/rule_review.h"

#include <gtest/gtest.h>

namespace countersign::policy {
namespace {

using Texts = std::vector<std::string_view>;

Rule rule(Action action, const Texts& namespaces, const Texts& images) {
  Rule made;
  made.name = "r";
  made.action = action;
  for (const auto text : namespaces) {
    made.namespaces.push_back(NamespacePattern::parse(text).value());
  }
  for (const auto text : images) {
    made.images.push_back(ImagePattern::parse(text).value());
  }
  return made;
}

Rule labelled(Rule rule, std::string_view key) {
  rule.selector.requirements.push_back(
      Requirement::make(key, Requirement::Operator::Exists, {}).value());
  return rule;
}

std::vector<Remark> review(const Rules& rules, std::size_t most = limits::kRuleComparisons) {
  const std::vector<std::string> registries{"r.example", "acme.azurecr.io"};
  Effort effort(most);
  return review_rules(rules, registries, effort);
}

std::vector<std::string> said(const Rule& one, const Rule& two) {
  std::vector<std::string> texts;
  for (const auto& remark : review(Rules({one, two}, {}))) {
    texts.push_back(std::to_string(remark.rule) + " " + remark.text);
  }
  return texts;
}

const std::string kDead = "1 never matches: the rule \"r\" above it takes all of it";

TEST(RuleReview, FindsRulesThatNeverMatch) {
  const auto verify = [](const Texts& namespaces, const Texts& images) {
    return rule(Action::Verify, namespaces, images);
  };
  const std::vector<std::pair<Rule, Rule>> dead{
      {verify({}, {}), verify({}, {})},
      {verify({}, {}), verify({"shop"}, {"r.example/a"})},
      {verify({"*"}, {}), verify({}, {})},
      {verify({"team-*"}, {}), verify({"team-a", "team-b"}, {"r.example/a"})},
      {verify({}, {"r.example/**"}), verify({"shop"}, {"r.example/a/*", "r.example/b"})},
      {verify({}, {}), labelled(verify({}, {}), "team")},
      {labelled(verify({}, {}), "team"), labelled(labelled(verify({}, {}), "team"), "env")},
  };
  for (const auto& [above, below] : dead) {
    EXPECT_EQ(said(above, below), std::vector{kDead}) << &above - &dead.front().first;
  }
  const std::vector<std::pair<Rule, Rule>> alive{
      {verify({"shop"}, {}), verify({}, {})},
      {verify({}, {"r.example/**"}), verify({}, {})},
      {verify({"team-a"}, {}), verify({"team-a", "team-b"}, {})},
      {verify({}, {"r.example/a"}), verify({}, {"r.example/a", "r.example/b"})},
      {verify({}, {"r.example/*"}), verify({}, {"r.example/**"})},
      {labelled(verify({}, {}), "team"), verify({}, {})},
      {labelled(verify({}, {}), "team"), labelled(verify({}, {}), "env")},
  };
  for (const auto& [above, below] : alive) {
    EXPECT_EQ(said(above, below), std::vector<std::string>()) << &above - &alive.front().first;
  }
}

TEST(RuleReview, FindsAnAllowAboveWhatItMakesVain) {
  const auto signed_ones = rule(Action::Verify, {}, {"r.example/team/*", "r.example/x"});
  auto found = said(rule(Action::Allow, {}, {"r.example/team/**"}), signed_ones);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found[0].find("allows \"r.example/team/*\""), std::string::npos) << found[0];

  found = said(rule(Action::Allow, {"team-*"}, {}), rule(Action::Deny, {"team-a", "prod"}, {}));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found[0].find("namespace \"team-a\""), std::string::npos) << found[0];

  found = said(rule(Action::Allow, {"team-*"}, {"r.example/**"}),
               rule(Action::Deny, {"team-a", "prod"}, {"r.example/a", "acme.azurecr.io/a"}));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found[0].find("\"r.example/a\" in namespace \"team-a\""), std::string::npos)
      << found[0];

  for (const auto& above :
       {rule(Action::Allow, {"kube-*"}, {}), rule(Action::Allow, {"dev"}, {"r.example/team/**"}),
        rule(Action::Verify, {}, {"r.example/team/**"}),
        rule(Action::Allow, {}, {"r.example/other/**"})}) {
    EXPECT_TRUE(said(above, signed_ones).empty());
  }
}

TEST(RuleReview, FindsRegistriesThatAreNotConfigured) {
  const auto remarks = review(
      Rules({rule(Action::Verify, {}, {"r.example/**", "ghcr.io/**", "*.azurecr.io/**"}),
             rule(Action::Deny, {}, {"quay.io/**"}), rule(Action::Verify, {}, {"*.other.io/a"})},
            {}));
  ASSERT_EQ(remarks.size(), 2U);
  EXPECT_EQ(remarks[0].rule, 0U);
  EXPECT_NE(remarks[0].text.find("ghcr.io/**"), std::string::npos);
  EXPECT_EQ(remarks[1].rule, 2U);
}

TEST(RuleReview, FindsWhatLetsUnsignedImagesPass) {
  auto warn = rule(Action::Verify, {"a"}, {});
  warn.mode = Mode::Warn;
  auto audit = rule(Action::Deny, {"b"}, {});
  audit.mode = Mode::Audit;
  const auto label = Requirement::make("glass", Requirement::Operator::Exists, {}).value();
  const auto remarks = review(Rules({warn, audit}, rule(Action::Allow, {}, {}), label));
  ASSERT_EQ(remarks.size(), 4U);
  EXPECT_EQ(remarks[0].text, "mode warn refuses nothing");
  EXPECT_EQ(remarks[1].text, "mode audit refuses nothing");
  EXPECT_EQ(remarks[2].about, Remark::About::Fallback);
  EXPECT_EQ(remarks[3].about, Remark::About::BreakGlass);
  EXPECT_TRUE(review(Rules({rule(Action::Verify, {"a"}, {})}, rule(Action::Deny, {}, {}))).empty());
}

TEST(RuleReview, LooksThroughAThousandRules) {
  std::vector<Rule> rules;
  for (int number = 0; number < 1'000; ++number) {
    const auto image = "r.example/team" + std::to_string(number);
    rules.push_back(rule(Action::Verify, {}, {image + "/*", image, image + "/a/**"}));
  }
  rules.push_back(rule(Action::Verify, {}, {"r.example/team999/a"}));
  const Rules made(std::move(rules), {});
  const auto remarks = review(made);
  ASSERT_EQ(remarks.size(), 1U);
  EXPECT_EQ(remarks[0].rule, 1'000U);
}

TEST(RuleReview, StopsAtTheLimitAndSaysSo) {  // POL-11
  std::vector<Rule> rules;
  for (int number = 0; number < 100; ++number) {
    rules.push_back(rule(Action::Deny, {}, {"r.example/team" + std::to_string(number)}));
  }
  const Rules made(std::move(rules), {});
  const auto remarks = review(made, 1'000);
  ASSERT_EQ(remarks.size(), 1U);
  EXPECT_NE(remarks[0].text.find("too many patterns"), std::string::npos);
}

Rule naming(std::vector<std::size_t> verifications, const Texts& namespaces, const Texts& images) {
  auto made = rule(Action::Verify, namespaces, images);
  made.demand.verifications = std::move(verifications);
  return made;
}

TEST(RuleReview, TellsWhichVerificationsNoRuleNames) {
  const Rules rules({naming({1, 3}, {}, {}), rule(Action::Deny, {}, {})}, {});
  EXPECT_EQ(unused_verifications(rules, 5), (std::vector<std::size_t>{0, 2, 4}));
  EXPECT_EQ(unused_verifications(Rules({}, rule(Action::Verify, {}, {})), 1),
            std::vector<std::size_t>());
}

TEST(RuleReview, TellsWhatAVerificationMayBeAskedAbout) {
  const auto image = oci::ImageRef::parse("r.example/a").value();
  const auto other = oci::ImageRef::parse("r.example/b").value();
  const Rules rules(
      {naming({1}, {"shop"}, {"r.example/a"}), rule(Action::Deny, {}, {"r.example/b"}),
       naming({0}, {}, {"r.example/**"}), rule(Action::Allow, {}, {}), naming({2}, {}, {})},
      rule(Action::Verify, {}, {}));
  Effort effort;
  EXPECT_TRUE(reaches(rules, 1, &image, effort));
  EXPECT_TRUE(reaches(rules, 0, &image, effort));
  EXPECT_FALSE(reaches(rules, 0, &other, effort)) << "denied above";
  EXPECT_FALSE(reaches(rules, 1, &other, effort));
  EXPECT_TRUE(reaches(rules, 0, nullptr, effort));
  EXPECT_FALSE(reaches(rules, 2, nullptr, effort)) << "everything is allowed above";
  EXPECT_TRUE(reaches(Rules({}, rule(Action::Verify, {}, {})), 0, &image, effort));
}

}  // namespace
}  // namespace countersign::policy

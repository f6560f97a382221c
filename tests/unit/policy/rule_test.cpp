// SPDX-License-Identifier: Apache-2.0
#include "countersign/policy/rule.h"

#include <array>

#include <gtest/gtest.h>

namespace countersign::policy {
namespace {

oci::ImageRef image(std::string_view text) { return oci::ImageRef::parse(text).value(); }

Rule rule(std::string name, std::vector<std::string_view> namespaces,
          std::vector<std::string_view> images, Action action) {
  Rule made;
  made.name = std::move(name);
  for (const auto text : namespaces) {
    made.namespaces.push_back(NamespacePattern::parse(text).value());
  }
  for (const auto text : images) {
    made.images.push_back(ImagePattern::parse(text).value());
  }
  made.action = action;
  return made;
}

TEST(Rule, ReadsWhatItNames) {
  for (const auto action : {Action::Deny, Action::Verify, Action::Allow}) {
    EXPECT_EQ(parse_action(name(action)), action);
  }
  for (const auto mode : {Mode::Enforce, Mode::Warn, Mode::Audit}) {
    EXPECT_EQ(parse_mode(name(mode)), mode);
  }
  EXPECT_EQ(parse_references("any"), References::Any);
  EXPECT_EQ(parse_references("digestOnly"), References::DigestOnly);
}

TEST(Rule, RefusesOtherWords) {
  for (const std::string_view text : {"", "Allow", "allow ", "skip", "ANY", "digest-only"}) {
    SCOPED_TRACE(text);
    const auto action = parse_action(text);
    const auto mode = parse_mode(text);
    const auto references = parse_references(text);
    ASSERT_FALSE(action.has_value() || mode.has_value() || references.has_value());
    EXPECT_EQ(action.error().reason, Reason::BadConfig);
    EXPECT_EQ(mode.error().reason, Reason::BadConfig);
    EXPECT_EQ(references.error().reason, Reason::BadConfig);
  }
}

TEST(Rule, DeniesWhenNothingIsSet) {
  EXPECT_EQ(Rule().action, Action::Deny);
  EXPECT_EQ(Rule().mode, Mode::Enforce);
  const Rules rules;
  EXPECT_EQ(rules.first_match({"default"}, image("nginx")).rule.action, Action::Deny);
  EXPECT_EQ(rules.first_match({"default"}).rule.action, Action::Deny);
}

struct Row {
  std::string_view name_space, image, rule;
};

TEST(Rule, TheFirstThatMatchesWins) {
  const Rules rules(
      {rule("system", {"kube-system", "gatekeeper-*"}, {}, Action::Allow),
       rule("blocked", {}, {"registry.example/team/blocked"}, Action::Deny),
       rule("team", {"team-*"}, {"registry.example/team/*", "*.azurecr.io/**"}, Action::Verify),
       rule("shadowed", {"team-*"}, {"registry.example/team/app"}, Action::Allow)},
      rule("default", {}, {}, Action::Deny));
  constexpr std::array kRows{
      Row{"kube-system", "nginx", "system"},
      Row{"gatekeeper-system", "registry.example/team/blocked", "system"},
      Row{"team-a", "registry.example/team/blocked", "blocked"},
      Row{"default", "registry.example/team/blocked", "blocked"},
      Row{"team-a", "registry.example/team/app", "team"},
      Row{"team-a", "acrdemo.azurecr.io/app", "team"},
      Row{"team-a", "nginx", "default"},
      Row{"default", "registry.example/team/app", "default"},
      Row{"", "registry.example/team/app", "default"},
      Row{"kube-system2", "nginx", "default"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(rules.first_match({row.name_space}, image(row.image)).rule.name, row.rule)
        << row.name_space << " " << row.image;
  }
}

TEST(Rule, AnImageThatCantBeParsedIsJudgedByRulesWithoutImages) {
  const Rules rules({rule("everything", {}, {"registry.example/**"}, Action::Allow),
                     rule("system", {"kube-system"}, {}, Action::Verify)},
                    rule("default", {}, {}, Action::Deny));
  EXPECT_EQ(rules.first_match({"kube-system"}).rule.name, "system");
  EXPECT_EQ(rules.first_match({"default"}).rule.name, "default");
}

Rule selecting(std::string name, std::string_view label, Action action) {
  auto made = rule(std::move(name), {}, {}, action);
  made.selector.requirements.push_back(
      Requirement::make(label, Requirement::Operator::Exists, {}).value());
  return made;
}

TEST(Rule, SelectsByTheLabelsOfTheNamespace) {
  const Rules rules(
      {selecting("team", "team", Action::Allow), rule("rest", {}, {}, Action::Verify)},
      rule("default", {}, {}, Action::Deny));
  const Labels with{{"team", ""}}, without{{"Team", ""}};
  EXPECT_EQ(rules.first_match({"shop", &with}, image("nginx")).rule.name, "team");
  EXPECT_EQ(rules.first_match({"shop", &without}, image("nginx")).rule.name, "rest");
  EXPECT_EQ(rules.first_match({"shop", &with}).rule.name, "team");
}

TEST(Rule, LetsNoRuleDecideBelowOneThatNeedsLabels) {
  const Rules rules({rule("system", {"kube-system"}, {}, Action::Allow),
                     selecting("team", "team", Action::Deny), rule("rest", {}, {}, Action::Allow)},
                    rule("default", {}, {}, Action::Deny));
  const auto unknown = rules.first_match({"shop"}, image("nginx"));
  EXPECT_EQ(unknown.certainty, Match::Certainty::NeedsLabels);
  EXPECT_EQ(unknown.rule.name, "team");
  const auto above = rules.first_match({"kube-system"}, image("nginx"));
  EXPECT_EQ(above.certainty, Match::Certainty::Certain) << "needs no labels";
  EXPECT_EQ(above.rule.name, "system");
}

TEST(Rule, ASystemNamespaceIsOnlyTheOneOfThatName) {  // AW-73
  const Rules rules({rule("system", {"kube-system"}, {}, Action::Allow)},
                    rule("default", {}, {}, Action::Deny));
  EXPECT_EQ(rules.first_match({"kube-system"}, image("nginx")).rule.action, Action::Allow);
  for (const auto* other :
       {"kube-system.", "Kube-System", "KUBE-SYSTEM", "kube-syste", "kube-system2", "kube",
        "kube-system ", " kube-system", "x-kube-system", "kube-system/a", ""}) {
    EXPECT_EQ(rules.first_match({other}, image("nginx")).rule.action, Action::Deny) << other;
    EXPECT_EQ(rules.first_match({other}).rule.action, Action::Deny) << other;
  }
}

// POL-01
TEST(Rule, TellsWhetherARuleDeniesOrNoneIsAboutTheImage) {
  const Rules rules({rule("blocked", {}, {"docker.io/library/nginx"}, Action::Deny)},
                    rule("default", {}, {}, Action::Deny));
  EXPECT_EQ(rules.first_match({"default"}, image("nginx")).rule.denial, Reason::ImageDenied);
  EXPECT_EQ(rules.first_match({"default"}, image("redis")).rule.denial, Reason::NoPolicy);
  EXPECT_EQ(Rules().first_match({"default"}).rule.denial, Reason::NoPolicy);
}

// POL-09: an exception for a namespace and one for an image do not add up.
TEST(Rule, NarrowExceptionsDoNotCombine) {
  const Rules rules({rule("one", {"one"}, {"registry.example/one/*"}, Action::Allow),
                     rule("two", {"two"}, {"registry.example/two/*"}, Action::Allow)},
                    rule("default", {}, {}, Action::Deny));
  EXPECT_EQ(rules.first_match({"one"}, image("registry.example/two/app")).rule.action,
            Action::Deny);
  EXPECT_EQ(rules.first_match({"two"}, image("registry.example/one/app")).rule.action,
            Action::Deny);
  EXPECT_EQ(rules.first_match({"one"}, image("registry.example/one/app")).rule.action,
            Action::Allow);
}

}  // namespace
}  // namespace countersign::policy

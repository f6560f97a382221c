// SPDX-License-Identifier: Apache-2.0
// The section `admission`.
#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "app/config_sections.h"

namespace countersign::app {
namespace {

struct Read {
  policy::Rules rules;
  std::vector<std::string> problems;
};

Read read(std::string_view text) {
  const auto document = Document::parse(text, "c.yaml");
  EXPECT_TRUE(document) << document.error();
  auto root = document->root();
  auto rules = read_rules(root);
  return {std::move(rules), document->problems()};
}

oci::ImageRef image(std::string_view text) { return *oci::ImageRef::parse(text); }

TEST(ConfigAdmission, DeniesWhatNoRuleNamesUnlessToldOtherwise) {
  auto [rules, problems] = read("admission: {}");
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(rules.first_match("shop", image("a/b")).action, policy::Action::Deny);
  EXPECT_EQ(read("version: 1").rules.first_match("shop", image("a/b")).action,
            policy::Action::Deny);
  EXPECT_EQ(read("admission: {default: verify}").rules.first_match("shop").action,
            policy::Action::Verify);
}

TEST(ConfigAdmission, ReadsRulesInOrder) {
  const auto [rules, problems] = read(
      "admission:\n"
      "  rules:\n"
      "    - {name: system, namespaces: [kube-system, 'team-*'], action: allow}\n"
      "    - {name: signed, images: ['r.example/**'], action: verify, mode: warn, "
      "references: digestOnly}\n");
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(rules.first_match("team-a", image("r.example/x")).name, "system");
  const auto& rule = rules.first_match("shop", image("r.example/x"));
  EXPECT_EQ(rule.name, "signed");
  EXPECT_EQ(rule.mode, policy::Mode::Warn);
  EXPECT_EQ(rule.references, policy::References::DigestOnly);
}

TEST(ConfigAdmission, ReadsThePlatformsThatARuleDemands) {
  const auto [rules, problems] = read(
      "admission: {rules: [{name: a, action: verify, platforms: [linux/amd64, linux/arm/v7]}]}");
  EXPECT_TRUE(problems.empty());
  const auto& platforms = rules.first_match("shop", image("r.example/x")).platforms;
  ASSERT_EQ(platforms.size(), 2U);
  EXPECT_EQ(platforms[0].text(), "linux/amd64");
  EXPECT_EQ(platforms[1].text(), "linux/arm/v7");
}

TEST(ConfigAdmission, RefusesMorePlatformsThanTheLimit) {
  for (const auto& [count, good] : {std::pair(limits::kPlatformsPerRule, true),
                                    std::pair(limits::kPlatformsPerRule + 1, false)}) {
    std::string platforms;
    for (std::size_t number = 0; number < count; ++number) {
      platforms += "linux/arch" + std::to_string(number) + ", ";
    }
    EXPECT_EQ(
        read("admission: {rules: [{name: a, action: verify, platforms: [" + platforms + "]}]}")
            .problems.empty(),
        good);
  }
}

TEST(ConfigAdmission, RefusesRulesThatMayNotMeanWhatTheySay) {  // POL-02, POL-07
  for (const auto* rule : {
           "{action: allow}",
           "{name: a}",
           "{name: a, action: Allow}",
           "{name: a, action: allow, mode: soft}",
           "{name: a, action: allow, images: []}",
           "{name: a, action: allow, namespaces: []}",
           "{name: a, action: allow, images: ['**']}",
           "{name: a, action: allow, images: 'r.example/**'}",
           "{name: a, action: allow, references: tags}",
           "{name: default, action: allow}",
           "{name: a, action: allow, namespace: [x]}",
           "{name: a, action: verify, platforms: [amd64]}",
           "{name: a, action: verify, platforms: [linux/x86_64]}",
           "{name: a, action: verify, platforms: linux/amd64}",
           "{name: a, action: verify, platforms: [linux/amd64, linux/amd64]}",
           "{name: a, action: verify, platforms: [linux/arm64, linux/arm64/v8]}",
           "{name: a, action: verify, platforms: []}",
           "{name: a, action: allow, platforms: [linux/amd64]}",
           "{name: a, action: deny, platforms: [linux/amd64]}",
       }) {
    const auto text = "admission: {rules: [" + std::string(rule) + "]}";
    EXPECT_FALSE(read(text).problems.empty()) << rule;
  }
  EXPECT_FALSE(read("admission: {rules: [{name: a, action: deny}, {name: a, action: deny}]}")
                   .problems.empty());
}

}  // namespace
}  // namespace countersign::app

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
  std::vector<VerificationSetup> verifications;
  for (const auto* name : {"default", "build", "release"}) {
    verifications.push_back({.where = {}, .name = name, .plan = nullptr});
  }
  auto admission = read_admission(root, verifications);
  return {std::move(admission.rules), document->problems()};
}

oci::ImageRef image(std::string_view text) { return *oci::ImageRef::parse(text); }

TEST(ConfigAdmission, DeniesWhatNoRuleNamesUnlessToldOtherwise) {
  auto [rules, problems] = read("admission: {}");
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(rules.first_match({"shop"}, image("a/b")).rule.action, policy::Action::Deny);
  EXPECT_EQ(read("version: 1").rules.first_match({"shop"}, image("a/b")).rule.action,
            policy::Action::Deny);
  EXPECT_EQ(read("admission: {default: verify}").rules.first_match({"shop"}).rule.action,
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
  EXPECT_EQ(rules.first_match({"team-a"}, image("r.example/x")).rule.name, "system");
  const auto& rule = rules.first_match({"shop"}, image("r.example/x")).rule;
  EXPECT_EQ(rule.name, "signed");
  EXPECT_EQ(rule.mode, policy::Mode::Warn);
  EXPECT_EQ(rule.references, policy::References::DigestOnly);
}

TEST(ConfigAdmission, ReadsThePlatformsThatARuleDemands) {
  const auto [rules, problems] = read(
      "admission: {rules: [{name: a, action: verify, platforms: [linux/amd64, linux/arm/v7]}]}");
  EXPECT_TRUE(problems.empty());
  const auto& platforms = rules.first_match({"shop"}, image("r.example/x")).rule.platforms;
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
           "{name: a, action: verify, all: [build], any: [release]}",
           "{name: a, action: verify, all: []}",
           "{name: a, action: verify, all: build}",
           "{name: a, action: verify, any: [scan]}",
           "{name: a, action: verify, any: [build, build]}",
           "{name: a, action: allow, all: [build]}",
           "{name: a, action: verify, minSignatures: 0}",
           "{name: a, action: verify, minSignatures: -1}",
           "{name: a, action: verify, minSignatures: 17}",
           "{name: a, action: verify, minSignatures: 1.5}",
           "{name: a, action: verify, minSignatures: 99999999999999999999}",
           "{name: a, action: deny, minSignatures: 2}",
           "{name: break-glass, action: allow}",
       }) {
    const auto text = "admission: {rules: [" + std::string(rule) + "]}";
    EXPECT_FALSE(read(text).problems.empty()) << rule;
  }
  EXPECT_FALSE(read("admission: {rules: [{name: a, action: deny}, {name: a, action: deny}]}")
                   .problems.empty());
}

TEST(ConfigAdmission, ReadsWhatARuleDemands) {
  const auto [rules, problems] = read(
      "admission:\n"
      "  rules:\n"
      "    - {name: both, images: [r.example/both], action: verify, all: [build, default]}\n"
      "    - {name: one, images: [r.example/one], action: verify, any: [release, build], "
      "minSignatures: 16}\n"
      "    - {name: rest, action: verify}\n");
  EXPECT_TRUE(problems.empty());
  const auto demand = [&rules](std::string_view text) {
    return rules.first_match({"shop"}, image(text)).rule.demand;
  };
  EXPECT_EQ(demand("r.example/both").join, policy::Join::All);
  EXPECT_EQ(demand("r.example/both").verifications, (std::vector<std::size_t>{1, 0}));
  EXPECT_EQ(demand("r.example/both").signers, 1U);
  EXPECT_EQ(demand("r.example/one").join, policy::Join::Any);
  EXPECT_EQ(demand("r.example/one").verifications, (std::vector<std::size_t>{2, 1}));
  EXPECT_EQ(demand("r.example/one").signers, 16U);
  EXPECT_EQ(demand("r.example/rest").verifications, std::vector<std::size_t>{0});
}

TEST(ConfigAdmission, DemandsADefaultVerificationWhereNoneIsNamed) {
  const auto problems = [](std::string_view text) {
    const auto document = Document::parse(text, "c.yaml");
    auto root = document->root();
    std::vector<VerificationSetup> build(1);
    build[0].name = "build";
    read_admission(root, build);
    return document->problems();
  };
  EXPECT_EQ(problems("admission: {rules: [{name: a, action: verify}]}").size(), 1U);
  EXPECT_EQ(problems("admission: {default: verify}").size(), 1U);
  EXPECT_TRUE(problems("admission: {rules: [{name: a, action: verify, all: [build]}]}").empty());
  EXPECT_TRUE(problems("admission: {rules: [{name: a, action: allow}]}").empty());
}

TEST(ConfigAdmission, KnowsNoSystemNamespaceButTheNamedOne) {  // AW-73
  const auto [rules, problems] =
      read("admission: {rules: [{name: system, namespaces: [kube-system], action: allow}]}");
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(rules.first_match({"kube-system"}, image("a/b")).rule.action, policy::Action::Allow);
  for (const auto* other : {"kube-system.", "Kube-System", "kube-system2", "kube-syste", "kube"}) {
    EXPECT_EQ(rules.first_match({other}, image("a/b")).rule.action, policy::Action::Deny) << other;
  }
}

TEST(ConfigAdmission, HasNoGlassUnlessConfigured) {
  EXPECT_FALSE(read("admission: {}").rules.break_glass());
  const auto [rules, problems] = read("admission: {breakGlass: {namespaceLabel: a.example/glass}}");
  EXPECT_TRUE(problems.empty());
  ASSERT_TRUE(rules.break_glass());
  EXPECT_TRUE(rules.break_glass()->met_by({{"a.example/glass", "true"}}));
  EXPECT_FALSE(rules.break_glass()->met_by({{"a.example/glass", "yes"}}));
  EXPECT_FALSE(rules.break_glass()->met_by({}));
}

}  // namespace
}  // namespace countersign::app

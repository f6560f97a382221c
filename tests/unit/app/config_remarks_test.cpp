// SPDX-License-Identifier: Apache-2.0
#include "app/config_remarks.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "samples.h"

namespace countersign::app {
namespace {

std::vector<std::string> remarks(const std::string& text) {
  const TestServices services;
  const auto config = parse_config(text, "c.yaml", builtins(), services.services);
  EXPECT_TRUE(config) << config.error().front();
  return config ? remarks_on(config->setup, config->places) : std::vector<std::string>{};
}

bool has(const std::vector<std::string>& lines, const std::string& start, const std::string& part) {
  return std::ranges::any_of(lines, [&](const std::string& line) {
    return line.starts_with(start) && line.find(part) != std::string::npos;
  });
}

TEST(ConfigRemarks, SaysNothingOfWhatIsPlain) {
  EXPECT_EQ(remarks(SignedImage().config()), std::vector<std::string>());
  const TwoSigners sample;
  EXPECT_EQ(remarks(sample.config("  rules:\n    - {name: system, namespaces: [kube-system], "
                                  "action: allow}\n    - {name: b, images: [registry.example/b], "
                                  "action: verify}\n    - {name: a, action: verify, all: [one, "
                                  "other]}\n")),
            std::vector<std::string>());
}

TEST(ConfigRemarks, NamesThePlaceOfWhatMayNotBeMeant) {
  const TwoSigners sample;
  const auto lines = remarks(
      sample.config("  default: allow\n"
                    "  breakGlass: {namespaceLabel: glass}\n"
                    "  rules:\n"
                    "    - {name: a, images: [\"ghcr.io/**\"], action: verify, all: [one]}\n"
                    "    - {name: b, action: verify, mode: audit}\n"
                    "    - {name: c, action: deny}\n"));
  EXPECT_EQ(lines.size(), 6U) << ::testing::PrintToString(lines);
  EXPECT_TRUE(has(lines, "c.yaml:6:7: warning: rule \"a\": ", "no configured registry"));
  EXPECT_TRUE(has(lines, "c.yaml:7:7: warning: rule \"b\": ", "mode audit"));
  EXPECT_TRUE(has(lines, "c.yaml:8:7: warning: rule \"c\": ", "never matches"));
  EXPECT_TRUE(has(lines, "c.yaml:3:12: warning: default: ", "allowed"));
  EXPECT_TRUE(has(lines, "c.yaml:4:15: warning: breakGlass: ", "glass"));
  EXPECT_TRUE(has(lines, "c.yaml:12:5: warning: ", "no rule uses the verification \"other\""))
      << ::testing::PrintToString(lines);
}

std::string statement(const std::string& name, const std::string& scope, const std::string& level) {
  return "{name: " + name + ", registryScopes: [\"" + scope +
         "\"], signatureVerification: " + level +
         ", trustStores: [\"ca:vectors\"], trustedIdentities: [\"*\"]}";
}

std::vector<std::string> of_policy(const std::string& statements) {
  auto text = SignedImage().config();
  const auto at = text.find("trustPolicy: ");
  text.replace(at, text.find('\n', at) - at,
               "trustPolicy: {version: \"1.0\", trustPolicies: [" + statements + "]}");
  return remarks(text);
}

TEST(ConfigRemarks, FindsAWildcardThatIsWeakerThanWhatIsNamed) {
  const auto named = statement("named", "registry.example/app", "{level: strict}");
  for (const auto* level :
       {"{level: permissive}", "{level: audit}", "{level: strict, override: {expiry: log}}"}) {
    const auto lines = of_policy(named + ", " + statement("rest", "*", level));
    ASSERT_EQ(lines.size(), 1U) << level;
    EXPECT_TRUE(has(lines, "c.yaml:5:14: warning: ", "is weaker than \"named\"")) << lines[0];
  }
  EXPECT_TRUE(of_policy(named + ", " + statement("rest", "*", "{level: strict}")).empty());
  EXPECT_TRUE(of_policy(statement("named", "registry.example/app", "{level: permissive}") + ", " +
                        statement("rest", "*", "{level: strict}"))
                  .empty());
}

TEST(ConfigRemarks, FindsAStatementThatNoRuleLeadsTo) {
  const auto lines = of_policy(statement("here", "registry.example/app", "{level: strict}") + ", " +
                               statement("there", "ghcr.io/app", "{level: strict}"));
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_TRUE(has(lines, "c.yaml:5:14: warning: ", "\"there\" judges nothing")) << lines[0];
}

TEST(ConfigRemarks, LooksThroughAThousandRulesInBoundedTime) {  // POL-11
  std::string rules = "  rules:\n";
  for (int number = 0; number < 1'000; ++number) {
    const auto name = "n" + std::to_string(number);
    rules += "    - {name: " + name + ", namespaces: [" + name + "], images: [registry.example/" +
             name + ", \"registry.example/" + name + "/**\"], action: verify}\n";
  }
  const TwoSigners sample;
  EXPECT_EQ(remarks(sample.config(rules)).size(), 2U) << "two verifications are unused";
}

TEST(ConfigRemarks, SaysWhoChoosesTheRegistryOfAFamily) {
  auto text = SignedImage().config();
  const std::string place = "registries:\n";
  text.insert(text.find(place) + place.size(), "  - {host: '*.azurecr.io'}\n");
  const std::string rules = "  rules:\n";
  text.insert(text.find(rules) + rules.size(),
              "    - {name: acr, images: ['contoso.azurecr.io/**'], action: verify}\n"
              "    - {name: all, images: ['*.azurecr.io/b'], action: verify}\n"
              "    - {name: cn, images: ['contoso.azurecr.cn/**'], action: verify}\n");
  const auto lines = remarks(text);
  EXPECT_EQ(lines.size(), 2U) << ::testing::PrintToString(lines);
  EXPECT_TRUE(has(lines, "c.yaml:", "whoever may create pods chooses"));
  EXPECT_TRUE(has(lines, "c.yaml:", "\"contoso.azurecr.cn/**\" is in no configured registry"));
}

}  // namespace
}  // namespace countersign::app

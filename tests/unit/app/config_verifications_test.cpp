// SPDX-License-Identifier: Apache-2.0
// trustPolicy and verifications.
#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "app/config_sections.h"
#include "samples.h"

namespace countersign::app {
namespace {

const std::string kPolicy = TwoSigners::policy("\"ca:x\"");

struct Read {
  std::vector<VerificationSetup> verifications;
  std::vector<std::string> problems;
};

Read read(const std::string& text) {
  const TestServices services;
  const auto document = Document::parse(text, "c.yaml");
  EXPECT_TRUE(document) << document.error();
  auto root = document->root();
  auto read = read_verifications(root, builtins(), services.services);
  return {std::move(read), document->problems()};
}

TEST(ConfigVerifications, CallsTheTrustPolicyDefault) {
  const auto [verifications, problems] =
      read("trustPolicy: " + kPolicy + "\nverification: {maxSignatures: 3}");
  EXPECT_TRUE(problems.empty());
  ASSERT_EQ(verifications.size(), 1U);
  EXPECT_EQ(verifications[0].name, "default");
  EXPECT_EQ(verifications[0].plan->most_signatures(), 3U);
}

TEST(ConfigVerifications, ReadsEachWithItsOwnLimitsAndRules) {
  const support::TempFolder folder;
  const auto [verifications, problems] = read(
      "trustPolicy: " + kPolicy + "\nverifications:\n  - {name: build, trustPolicy: " + kPolicy +
      ", maxSignatures: 7, revocation: [{statement: apps, maxStale: 4h}]}\n" +
      "  - {name: release-2, trustPolicy: {file: '" + SignedImage().home() +
      "/trustpolicy.json'}}\n");
  EXPECT_TRUE(problems.empty()) << problems.front();
  ASSERT_EQ(verifications.size(), 3U);
  EXPECT_EQ(verifications[1].name, "build");
  EXPECT_EQ(verifications[1].where, "c.yaml:3:5");
  EXPECT_EQ(verifications[1].plan->most_signatures(), 7U);
  EXPECT_EQ(verifications[2].name, "release-2");
  EXPECT_EQ(verifications[2].plan->statements().size(), 1U);
}

TEST(ConfigVerifications, NeedsNoTrustPolicyBesideThem) {
  const auto [verifications, problems] =
      read("verifications: [{name: build, trustPolicy: " + kPolicy + "}]");
  EXPECT_TRUE(problems.empty()) << problems.front();
  ASSERT_EQ(verifications.size(), 1U);
  EXPECT_EQ(verifications[0].name, "build");
}

TEST(ConfigVerifications, RefusesWhatMayNotMeanWhatItSays) {  // POL-07
  const auto with = [](const std::string& member) { return "verifications: [{" + member + "}]"; };
  const auto named = [](const std::string& name) {
    return "{name: " + name + ", trustPolicy: " + kPolicy + "}";
  };
  for (const auto& text :
       {std::string("version: 1"), std::string("verifications: []"), with("name: build"),
        with("trustPolicy: " + kPolicy), "verifications: [" + named("Build") + "]",
        "verifications: [" + named("a/b") + "]", "verifications: [" + named("default") + "]",
        "verifications: [" + named("a") + ", " + named("a") + "]",
        with("name: a, trustPolicy: " + kPolicy + ", maxSignatures: 0"),
        with("name: a, trustPolicy: " + kPolicy + ", revocation: [{statement: none}]"),
        with("name: a, trustPolicy: {file: /nonexistent}"),
        with("name: a, trustPolicy: {version: '2.0'}"),
        with("name: a, trustPolicy: " + kPolicy + ", verification: {maxSignatures: 3}")}) {
    EXPECT_FALSE(read(text).problems.empty()) << text;
  }
}

TEST(ConfigVerifications, AreNotMoreThanTheLimit) {
  for (const auto count : {limits::kVerifications, limits::kVerifications + 1}) {
    std::string text = "verifications:\n";
    for (std::size_t number = 0; number < count; ++number) {
      text += "  - {name: v" + std::to_string(number) + ", trustPolicy: " + kPolicy + "}\n";
    }
    EXPECT_EQ(read(text).problems.empty(), count == limits::kVerifications);
  }
}

TEST(ConfigVerifications, CantDemandMoreSignersThanSignaturesAreTried) {
  const TwoSigners sample;
  const TestServices services;
  for (const auto& [signers, good] : {std::pair("2", true), std::pair("3", false)}) {
    const auto config = parse_config(
        sample.config(
            "  rules: [{name: a, action: verify, minSignatures: " + std::string(signers) + "}]\n",
            "verification: {maxSignatures: 2}\n"),
        "c.yaml", builtins(), services.services);
    EXPECT_EQ(config.has_value(), good) << signers;
  }
}

}  // namespace
}  // namespace countersign::app

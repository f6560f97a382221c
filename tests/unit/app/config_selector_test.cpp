// SPDX-License-Identifier: Apache-2.0
// namespaceSelector and breakGlass.
#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "app/config_sections.h"

namespace countersign::app {
namespace {

struct Read {
  policy::Selector selector;
  std::vector<std::string> problems;
};

Read read(const std::string& selector) {
  const auto document = Document::parse("namespaceSelector: " + selector, "c.yaml");
  EXPECT_TRUE(document) << document.error();
  auto root = document->root();
  auto read = read_selector(root);
  return {std::move(read), document->problems()};
}

TEST(ConfigSelector, ReadsLabelsAndExpressions) {
  const auto [selector, problems] = read(
      "{matchLabels: {env: prod, 'a.example/b': \"\"}, matchExpressions: [{key: team, operator: "
      "In, values: [a, b]}, {key: debug, operator: DoesNotExist}]}");
  EXPECT_TRUE(problems.empty()) << problems.front();
  EXPECT_EQ(selector.requirements.size(), 4U);
  EXPECT_TRUE(selector.matches({{"env", "prod"}, {"a.example/b", ""}, {"team", "b"}}));
  EXPECT_FALSE(selector.matches({{"env", "prod"}, {"a.example/b", ""}, {"team", "c"}}));
  EXPECT_FALSE(
      selector.matches({{"env", "prod"}, {"a.example/b", ""}, {"team", "b"}, {"debug", ""}}));
}

TEST(ConfigSelector, RefusesWhatMayNotMeanWhatItSays) {  // POL-02
  for (const auto* text : {
           "{}",
           "[]",
           "prod",
           "{matchLabels: {}}",
           "{matchExpressions: []}",
           "{matchLabels: [env]}",
           "{matchLabels: {env: true}}",
           "{matchLabels: {env: 1}}",
           "{matchLabels: {env: [prod]}}",
           "{matchLabels: {'-env': prod}}",
           "{matchLabels: {env: 'a b'}}",
           "{matchLabel: {env: prod}}",
           "{matchExpressions: [{key: env, operator: in, values: [a]}]}",
           "{matchExpressions: [{key: env, operator: In}]}",
           "{matchExpressions: [{key: env, operator: Exists, values: [a]}]}",
           "{matchExpressions: [{key: env, values: [a]}]}",
           "{matchExpressions: [{operator: Exists}]}",
           "{matchExpressions: [{key: env, operator: Exists, value: a}]}",
       }) {
    EXPECT_FALSE(read(text).problems.empty()) << text;
  }
}

TEST(ConfigSelector, TakesAsManyRequirementsAsTheLimit) {
  for (const auto count : {limits::kSelectorRequirements, limits::kSelectorRequirements + 1}) {
    std::string labels;
    for (std::size_t number = 0; number < count; ++number) {
      labels += "l" + std::to_string(number) + ": x, ";
    }
    EXPECT_EQ(read("{matchLabels: {" + labels + "}}").problems.empty(),
              count == limits::kSelectorRequirements);
  }
}

TEST(ConfigSelector, ReadsTheLabelOfTheGlass) {
  const auto read = [](std::string_view text) {
    const auto document = Document::parse(text, "c.yaml");
    auto root = document->root();
    const auto label = read_break_glass(root);
    return std::pair(label, document->problems());
  };
  EXPECT_FALSE(read("a: 1").first);
  const auto [label, problems] =
      read("breakGlass: {namespaceLabel: glass, values: ['true', incident]}");
  EXPECT_TRUE(problems.empty());
  ASSERT_TRUE(label);
  EXPECT_TRUE(label->met_by({{"glass", "incident"}}));
  for (const auto* text :
       {"breakGlass: {}", "breakGlass: {namespaceLabel: glass, values: []}", "breakGlass: true",
        "breakGlass: {namespaceLabel: 'a b'}", "breakGlass: {namespaceLabel: a, value: b}"}) {
    EXPECT_FALSE(read(text).second.empty()) << text;
  }
}

}  // namespace
}  // namespace countersign::app

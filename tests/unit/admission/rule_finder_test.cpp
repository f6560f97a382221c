// SPDX-License-Identifier: Apache-2.0
#include "admission/rule_finder.h"

#include <array>

#include <gtest/gtest.h>

#include "scripted_namespaces.h"
#include "support/fixed_clock.h"

namespace countersign::admission {
namespace {

policy::Requirement labelled(std::string_view key) {
  return *policy::Requirement::make(key, policy::Requirement::Operator::Exists, {});
}

policy::Rule rule(std::string name, policy::Selector selector = {}) {
  policy::Rule rule;
  rule.name = std::move(name);
  rule.selector = std::move(selector);
  return rule;
}

class RuleFinderTest : public testing::Test {
 protected:
  RuleFinder finder(Namespaces* namespaces, std::string_view name_space = "shop") {
    return {rules_, namespaces, name_space, clock_.in(std::chrono::seconds(1))};
  }

  test::FixedClock clock_;
  ScriptedNamespaces namespaces_;
  oci::ImageRef image_ = *oci::ImageRef::parse("r.example/a");
  policy::Rules rules_{
      {rule("team", {{labelled("team")}}), rule("rest")}, rule("default"), labelled("glass")};
};

TEST_F(RuleFinderTest, FindsTheRuleByTheLabelsOfTheNamespace) {
  namespaces_.known["shop"] = {{"team", ""}};
  namespaces_.known["other"] = {};
  auto shop = finder(&namespaces_);
  const oci::ImageRef* const unreadable = nullptr;
  for (const auto* image : std::array{static_cast<const oci::ImageRef*>(&image_), unreadable}) {
    const auto found = shop.find(image);
    EXPECT_EQ(found.rule.name, "team");
    EXPECT_FALSE(found.unknown);
  }
  EXPECT_EQ(shop.behind_the_glass(), false);
  EXPECT_EQ(namespaces_.asked, 1U) << "once a review";
  EXPECT_EQ(finder(&namespaces_, "other").find(&image_).rule.name, "rest");
}

TEST_F(RuleFinderTest, DoesNotKnowWhatNobodyCanTell) {  // POL-04
  for (auto* const namespaces :
       {static_cast<Namespaces*>(&namespaces_), static_cast<Namespaces*>(nullptr)}) {
    auto shop = finder(namespaces);
    const auto found = shop.find(&image_);
    ASSERT_TRUE(found.unknown);
    EXPECT_EQ(found.unknown->reason, Reason::NamespaceUnavailable);
    EXPECT_EQ(found.rule.name, "team");
    EXPECT_EQ(shop.behind_the_glass().error().reason, Reason::NamespaceUnavailable);
  }
  EXPECT_EQ(namespaces_.asked, 1U) << "a failure is not asked for again in one review";
}

TEST_F(RuleFinderTest, KnowsTheGlassByItsLabel) {
  namespaces_.known["shop"] = {{"glass", ""}};
  EXPECT_EQ(finder(&namespaces_).behind_the_glass(), true);
  rules_ = policy::Rules({}, rule("default"));
  namespaces_.asked = 0;
  EXPECT_EQ(finder(&namespaces_).behind_the_glass(), false);
  EXPECT_EQ(namespaces_.asked, 0U);
}

}  // namespace
}  // namespace countersign::admission

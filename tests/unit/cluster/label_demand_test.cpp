// SPDX-License-Identifier: Apache-2.0
#include "cluster/label_demand.h"

#include <gtest/gtest.h>

namespace countersign::cluster {
namespace {

// "yes", or "no" when some key's demand can't be met.
std::string met(const std::string& selector) {
  const auto json = codec::Json::parse(selector, {.bytes = 4'096}, Reason::Internal).value();
  for (const auto& [key, demand] : read_selector(&json)) {
    if (!demand.can_be_met()) {
      return "no";
    }
  }
  return "yes";
}

std::string expressions(const std::string& text) {
  return R"({"matchExpressions":[)" + text + "]}";
}

TEST(LabelDemand, SeesWhatNothingCanMeet) {
  const std::string is_a = R"({"key":"k","operator":"In","values":["a"]})";
  const std::string is_ab = R"({"key":"k","operator":"In","values":["a","b"]})";
  const std::string is_b = R"({"key":"k","operator":"In","values":["b"]})";
  const std::string no_a = R"({"key":"k","operator":"NotIn","values":["a"]})";
  const std::string there = R"({"key":"k","operator":"Exists"})";
  const std::string gone = R"({"key":"k","operator":"DoesNotExist"})";
  for (const auto& text : {is_a, no_a, there, gone, is_ab + "," + no_a, is_a + "," + is_ab,
                           there + "," + is_b, gone + "," + no_a}) {
    EXPECT_EQ(met(expressions(text)), "yes") << text;
  }
  for (const auto& text : {is_a + "," + is_b, is_a + "," + no_a, there + "," + gone,
                           gone + "," + is_a, std::string(R"({"key":"k","operator":"In"})")}) {
    EXPECT_EQ(met(expressions(text)), "no") << text;
  }
  EXPECT_EQ(met(R"({"matchLabels":{"k":"a"},"matchExpressions":[)" + is_b + "]}"), "no");
  EXPECT_EQ(met(R"({"matchLabels":{"k":"b"},"matchExpressions":[)" + is_b + "]}"), "yes");
}

TEST(LabelDemand, DemandsNothingWhereNothingIsWritten) {
  EXPECT_TRUE(read_selector(nullptr).empty());
  for (const auto* text : {"{}", "null", "[]", R"({"matchLabels":{}})", R"({"matchLabels":null})",
                           R"({"matchExpressions":[]})"}) {
    const auto json = codec::Json::parse(text, {.bytes = 100}, Reason::Internal).value();
    EXPECT_TRUE(read_selector(&json).empty()) << text;
  }
}

}  // namespace
}  // namespace countersign::cluster

// SPDX-License-Identifier: Apache-2.0
#include "notation/policy_members.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

namespace countersign::notation {
namespace {

codec::Json json(std::string_view text) {
  return codec::Json::parse(text, {.bytes = limits::kPolicyBytes}, Reason::Internal).value();
}

TEST(PolicyMembers, RefusesUnknownMembersAndOtherKinds) {
  EXPECT_TRUE(check_members(json("{}"), "x", {"a"}));
  EXPECT_TRUE(check_members(json(R"({"a":1,"b":2})"), "x", {"b", "a"}));
  EXPECT_FALSE(check_members(json(R"({"a":1,"c":2})"), "x", {"a", "b"}));
  EXPECT_FALSE(check_members(json(R"({"A":1})"), "x", {"a"}));
  EXPECT_FALSE(check_members(json("[]"), "x", {"a"}));
  EXPECT_FALSE(check_members(json("null"), "x", {"a"}));
}

TEST(PolicyMembers, ReadsArraysOfStrings) {
  EXPECT_EQ(read_strings(json("{}"), "a").value(), std::vector<std::string>{});
  EXPECT_EQ(read_strings(json(R"({"a":["x",""]})"), "a").value(),
            (std::vector<std::string>{"x", ""}));
  for (const auto* other : {R"({"a":"x"})", R"({"a":null})", R"({"a":{}})", R"({"a":["x",1]})"}) {
    const auto strings = read_strings(json(other), "a");
    ASSERT_FALSE(strings) << other;
    EXPECT_EQ(strings.error().reason, Reason::BadConfig);
  }
}

TEST(PolicyMembers, LimitsTheNumberOfStrings) {
  std::string elements = R"("x")";
  for (std::size_t i = 1; i < limits::kPolicyValues; ++i) {
    elements += R"(,"x")";
  }
  EXPECT_TRUE(read_strings(json(R"({"a":[)" + elements + "]}"), "a"));
  EXPECT_FALSE(read_strings(json(R"({"a":[)" + elements + R"(,"x"]})"), "a"));
}

}  // namespace
}  // namespace countersign::notation

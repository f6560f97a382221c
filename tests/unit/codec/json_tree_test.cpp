// SPDX-License-Identifier: Apache-2.0
#include "codec/json_tree.h"

#include <gtest/gtest.h>

namespace countersign::codec {
namespace {

using Container = JsonTree::Container;

constexpr JsonLimits kRoomy{.bytes = limits::kMiB};

TEST(JsonTree, GathersWhatItIsGivenInOrder) {
  JsonTree tree(kRoomy);
  EXPECT_TRUE(tree.open(Container::Object));
  EXPECT_TRUE(tree.innermost_is_empty());
  EXPECT_TRUE(tree.begin_member("list"));
  EXPECT_TRUE(tree.open(Container::Array));
  EXPECT_EQ(tree.innermost(), Container::Array);
  EXPECT_TRUE(tree.innermost_is_empty());
  EXPECT_TRUE(tree.add(std::int64_t{1}));
  EXPECT_FALSE(tree.innermost_is_empty());
  EXPECT_TRUE(tree.open(Container::Object));
  EXPECT_TRUE(tree.close());
  EXPECT_TRUE(tree.close());
  EXPECT_EQ(tree.innermost(), Container::Object);
  EXPECT_TRUE(tree.begin_member("text"));
  EXPECT_TRUE(tree.add(std::string("x")));
  EXPECT_FALSE(tree.complete());
  EXPECT_TRUE(tree.close());
  EXPECT_TRUE(tree.complete());
  const auto json = tree.take();
  ASSERT_EQ(json.members().size(), 2U);
  ASSERT_EQ(json.find("list")->elements().size(), 2U);
  EXPECT_EQ(json.find("list")->elements()[0].integer(), 1);
  EXPECT_TRUE(json.find("list")->elements()[1].is_object());
  EXPECT_EQ(*json.find_string("text"), "x");
}

// What a container holds takes no more room than it needs: an attacker chooses the sizes.
TEST(JsonTree, ContainersHaveTheirSize) {
  JsonTree tree(kRoomy);
  EXPECT_TRUE(tree.open(Container::Array));
  for (std::int64_t number = 0; number < 33; ++number) {
    EXPECT_TRUE(tree.add(number));
  }
  EXPECT_TRUE(tree.close());
  const auto json = tree.take();
  const auto& array = std::get<Json::Array>(json.value());
  EXPECT_EQ(array.size(), 33U);
  EXPECT_EQ(array.capacity(), 33U);
}

TEST(JsonTree, RefusesWhatIsTooDeepOrTooMuch) {
  constexpr JsonLimits kSmall{.bytes = limits::kMiB, .depth = 1, .nodes = 2};
  JsonTree deep(kSmall);
  EXPECT_TRUE(deep.open(Container::Array));
  EXPECT_FALSE(deep.open(Container::Array));
  EXPECT_EQ(deep.problem(), "nested too deeply");
  JsonTree many(kSmall);
  EXPECT_TRUE(many.open(Container::Array));
  EXPECT_TRUE(many.add(true));
  EXPECT_FALSE(many.add(true));
  EXPECT_EQ(many.problem(), "too many values and members");
}

TEST(JsonTree, RefusesTwoMembersOfOneName) {
  JsonTree tree(kRoomy);
  EXPECT_TRUE(tree.open(Container::Object));
  EXPECT_TRUE(tree.begin_member("a"));
  EXPECT_TRUE(tree.add(true));
  EXPECT_TRUE(tree.begin_member("a"));
  EXPECT_TRUE(tree.add(false));
  EXPECT_FALSE(tree.close());
  EXPECT_EQ(tree.problem(), "an object with two members \"a\"");
}

}  // namespace
}  // namespace countersign::codec

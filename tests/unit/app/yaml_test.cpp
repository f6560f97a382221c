// SPDX-License-Identifier: Apache-2.0
#include "app/yaml.h"

#include <gtest/gtest.h>

namespace countersign::app {
namespace {

constexpr YamlLimits kLimits{.bytes = 10'000, .depth = 8, .nodes = 100};

using Kind = YamlNode::Kind;

TEST(Yaml, KeepsOrderPlacesAndQuotes) {
  const auto documents = parse_yaml("b: plain\na: \"quoted\"\nlist:\n  - 1\n  - ~\n", kLimits);
  ASSERT_TRUE(documents) << documents.error().message;
  ASSERT_EQ(documents->size(), 1U);
  const auto& root = documents->front();
  ASSERT_EQ(root.members.size(), 3U);
  EXPECT_EQ(root.members[0].key, "b");
  EXPECT_EQ(root.members[0].value.kind, Kind::Plain);
  EXPECT_EQ(root.members[1].value.kind, Kind::Quoted);
  EXPECT_EQ(root.members[1].place.line, 2U);
  EXPECT_EQ(root.members[1].value.place.column, 4U);
  EXPECT_EQ(root.find("list")->items.size(), 2U);
  EXPECT_EQ(root.find("none"), nullptr);
}

TEST(Yaml, ReadsEveryDocumentOfAStream) {
  const auto documents = parse_yaml("a: 1\n---\nb: 2\n---\n", kLimits);
  ASSERT_TRUE(documents);
  ASSERT_GE(documents->size(), 2U);
  EXPECT_NE((*documents)[1].find("b"), nullptr);
}

TEST(Yaml, CopiesWhatAnAliasNames) {
  const auto documents = parse_yaml("a: &x {k: v}\nb: *x\n", kLimits);
  ASSERT_TRUE(documents) << documents.error().message;
  EXPECT_EQ(documents->front().find("b")->find("k")->text, "v");
}

TEST(Yaml, RefusesWhatTwoReadersCouldUnderstandDifferently) {
  struct Row {
    const char* name;
    std::string text;
    std::size_t line;
  };
  const std::vector<Row> rows{
      {"a key given twice", "a: 1\nb: 2\na: 3\n", 3},
      {"a key given twice, once quoted", "a: 1\n\"a\": 2\n", 2},
      {"a merge key", "a: &x {k: v}\nb:\n  <<: *x\n", 3},
      {"a tag", "a: !!binary aGk=\n", 1},
      {"a tag of its own", "a: !thing {b: c}\n", 1},
      {"a list as key", "? [a]\n: b\n", 1},
      {"an alias into itself", "a: &x [*x]\n", 1},
      {"an unknown alias", "a: *x\n", 1},
      {"no YAML", "a: [1\n", 2},
      {"a tab as indentation", "a:\n\tb: 1\n", 2},
  };
  for (const auto& row : rows) {
    const auto documents = parse_yaml(row.text, kLimits);
    ASSERT_FALSE(documents) << row.name;
    EXPECT_EQ(documents.error().place.line, row.line) << row.name;
    EXPECT_FALSE(documents.error().message.empty()) << row.name;
  }
}

std::string alias_bomb() {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int level = 1; level < 10; ++level) {
    const auto below = "*a" + std::to_string(level - 1);
    text += "a" + std::to_string(level) + ": &a" + std::to_string(level) + " [" + below;
    for (int copy = 1; copy < 10; ++copy) {
      text += ", " + below;
    }
    text += "]\n";
  }
  return text;
}

TEST(Yaml, StopsAtTheLimits) {
  std::string long_text(2'000, 'x');
  std::string copies = "a: &x " + long_text + "\n";
  for (int copy = 0; copy < 10; ++copy) {
    copies += "b" + std::to_string(copy) + ": *x\n";
  }
  struct Row {
    const char* name;
    std::string text;
  };
  const std::vector<Row> rows{
      {"bytes", std::string(kLimits.bytes + 1, 'a')},
      {"depth", std::string(9, '[') + std::string(9, ']')},
      {"very deep", std::string(5'000, '[')},
      {"nodes", "[" + std::string(2 * kLimits.nodes, ',') + "]"},
      {"aliases of aliases", alias_bomb()},
      {"aliases of long text", copies},
      {"depth through an alias", "a: &x [[[[[1]]]]]\nb: [[[*x]]]\n"},
  };
  for (const auto& row : rows) {
    EXPECT_FALSE(parse_yaml(row.text, kLimits)) << row.name;
  }
  EXPECT_TRUE(parse_yaml("{a: " + std::string(7, '[') + std::string(7, ']') + "}", kLimits));
}

}  // namespace
}  // namespace countersign::app

// SPDX-License-Identifier: Apache-2.0
// What can be read from a section, and what is noted when it can't.
#include <gtest/gtest.h>

#include "app/config_document.h"

namespace countersign::app {
namespace {

Document document(std::string_view text) {
  auto document = Document::parse(text, "/etc/c.yaml");
  EXPECT_TRUE(document) << document.error();
  return std::move(*document);
}

TEST(ConfigSection, GivesValuesAndFallbacks) {
  const auto read = document(
      "t: text\nlist: [a, b]\nyes: true\nn: 7\nfile: sub/f\nabsolute: /x/../y\nmap: {k: v}\n"
      "maps: [{k: 1}, {k: 2}]\n");
  auto root = read.root();
  EXPECT_EQ(root.required_text("t"), "text");
  EXPECT_EQ(root.text("none", "fallback"), "fallback");
  EXPECT_EQ(root.texts("list"), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(root.flag("yes", false));
  EXPECT_TRUE(root.flag("no", true));
  EXPECT_EQ(root.number("n", 1, {1, 10}), 7U);
  EXPECT_EQ(root.number("m", 3, {1, 10}), 3U);
  EXPECT_EQ(root.path("file"), "/etc/sub/f");
  EXPECT_EQ(root.path("absolute"), "/y");
  EXPECT_EQ(root.path("nowhere"), "");
  EXPECT_EQ(root.section("map").text("k"), "v");
  EXPECT_EQ(root.section("absent").text("k", "v"), "v");
  EXPECT_EQ(root.sections("maps").size(), 2U);
}

TEST(ConfigSection, NotesWhatCantBeUsedWithItsPlace) {  // POL-02, POL-12
  struct Row {
    const char* text;
    void (*read)(Section&);
    const char* place;
  };
  const std::vector<Row> rows{
      {"a: [1]", [](Section& root) { root.text("a"); }, "1:4"},
      {"a: {b: c}", [](Section& root) { root.texts("a"); }, "1:4"},
      {"a: x", [](Section& root) { root.texts("a"); }, "1:4"},
      {"a: [x, [y]]", [](Section& root) { root.texts("a"); }, "1:8"},
      {"a: yes", [](Section& root) { root.flag("a", false); }, "1:4"},
      {"a: \"true\"", [](Section& root) { root.flag("a", false); }, "1:4"},
      {"a: 0", [](Section& root) { root.number("a", 1, {1, 9}); }, "1:4"},
      {"a: 10", [](Section& root) { root.number("a", 1, {1, 9}); }, "1:4"},
      {"a: -1", [](Section& root) { root.number("a", 1, {1, 9}); }, "1:4"},
      {"a: 1.0", [](Section& root) { root.number("a", 1, {1, 9}); }, "1:4"},
      {"a: 99999999999999999999", [](Section& root) { root.number("a", 1, {1, 9}); }, "1:4"},
      {"b: 1\na:",
       [](Section& root) {
         root.text("b");
         root.required_text("a");
       },
       "2:1"},
      {"a: ''", [](Section& root) { root.required_text("a"); }, "1:4"},
      {"x: 1",
       [](Section& root) {
         root.text("x");
         root.required_text("a");
       },
       "1:1"},
      {"a: text", [](Section& root) { root.section("a"); }, "1:4"},
      {"a: {}", [](Section& root) { root.sections("a"); }, "1:4"},
      {"a: [text]", [](Section& root) { root.sections("a"); }, "1:5"},
      {"a: {kind: }", [](Section& root) { root.kind("a", ""); }, "1:5"},
  };
  for (const auto& row : rows) {
    const auto read = document(row.text);
    auto root = read.root();
    row.read(root);
    const auto problems = read.problems();
    ASSERT_EQ(problems.size(), 1U) << row.text;
    EXPECT_TRUE(problems[0].starts_with("/etc/c.yaml:" + std::string(row.place) + ": "))
        << problems[0];
  }
}

TEST(ConfigSection, ReadsAKindWithAndWithoutMore) {
  const auto read = document("a: simple\nb: {kind: complex, file: x}\n");
  auto root = read.root();
  EXPECT_EQ(root.kind("a", "").first, "simple");
  auto [kind, section] = root.kind("b", "");
  EXPECT_EQ(kind, "complex");
  EXPECT_EQ(section.text("file"), "x");
  EXPECT_EQ(root.kind("c", "usual").first, "usual");
  EXPECT_TRUE(read.problems().empty());
}

TEST(ConfigSection, NotesWhatAParserRefuses) {
  const auto read = document("a: 1\n");
  auto root = read.root();
  const auto value = root.parsed<int>(
      "a", "", [](std::string_view) -> Result<int> { return fail(Reason::BadConfig, "not that"); });
  EXPECT_FALSE(value);
  ASSERT_EQ(read.problems().size(), 1U);
  EXPECT_NE(read.problems()[0].find("a: not that"), std::string::npos);
}

}  // namespace
}  // namespace countersign::app

// SPDX-License-Identifier: Apache-2.0
// When two configurations say the same, part by part.
#include <gtest/gtest.h>

#include "app/config_document.h"
#include "support/temp_folder.h"

namespace countersign::app {
namespace {

Document document(std::string_view text, const std::filesystem::path& file = "/etc/c.yaml") {
  auto document = Document::parse(text, file);
  EXPECT_TRUE(document) << document.error();
  return std::move(*document);
}

Version version(std::string_view text, std::string_view key) {
  return document(text).root().version(key);
}

TEST(ConfigVersion, IsEqualForWhatSaysTheSame) {
  const auto one = version("a: {b: [1, x], c: text}\nother: 1\n", "a");
  EXPECT_EQ(one, version("other: 2\na:\n  b: [1, x]  # as before\n  c: text\n", "a"));
  EXPECT_EQ(version("b: 1", "a"), version("c: 1", "a")) << "neither is there";
}

TEST(ConfigVersion, DiffersForWhatSaysSomethingElse) {
  const auto one = version("a: {b: [1, x], c: text}\n", "a");
  for (const auto* text :
       {"a: {b: [1, x], c: texts}\n", "a: {b: [1, x]}\n", "a: {b: [1], c: text}\n",
        "a: {b: [x, 1], c: text}\n", "a: {b: ['1', x], c: text}\n", "a: {b: [1x], c: text}\n",
        "a: {c: text, b: [1, x]}\n", "a: []\n", "a:\n", "b: 1\n"}) {
    EXPECT_NE(version(text, "a"), one) << text;
  }
}

TEST(ConfigVersion, CountsTheFilesThatBelongToAKey) {
  const support::TempFolder folder;
  const auto versions = [&folder](std::string_view content) {
    folder.write("f", content);
    const auto read = document("a: [{file: f}]\nb: 1\n", folder / "c.yaml");
    auto root = read.root();
    for (auto& each : root.sections("a")) {
      EXPECT_EQ(each.content("file", each.path("file"), 100), content);
    }
    EXPECT_EQ(read.files(), (std::vector{folder / "f", folder / "c.yaml"}));
    return std::pair(root.version("a"), root.version("b"));
  };
  const auto before = versions("one");
  const auto after = versions("two");
  EXPECT_NE(before.first, after.first);
  EXPECT_EQ(before.second, after.second);
  EXPECT_EQ(before, versions("one"));
}

TEST(ConfigVersion, NotesAFileThatCantBeRead) {
  const auto read = document("file: /nonexistent\n");
  auto root = read.root();
  EXPECT_EQ(root.content("file", root.path("file"), 100), std::nullopt);
  ASSERT_EQ(read.problems().size(), 1U);
  EXPECT_TRUE(read.problems().front().starts_with("/etc/c.yaml:1:7: file: "));
}

}  // namespace
}  // namespace countersign::app

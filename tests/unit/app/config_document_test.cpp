// SPDX-License-Identifier: Apache-2.0
#include "app/config_document.h"

#include <gtest/gtest.h>

namespace countersign::app {
namespace {

TEST(ConfigDocument, RefusesWhatIsNotOneMap) {
  for (const auto* text : {"", "[]", "text", "a: 1\n---\nb: 2\n", "a: 1\na: 2\n", "a: [\n"}) {
    const auto document = Document::parse(text, "c.yaml");
    ASSERT_FALSE(document) << text;
    EXPECT_TRUE(document.error().starts_with("c.yaml:")) << document.error();
  }
}

TEST(ConfigDocument, KnowsTheKeysThatWereRead) {  // POL-02
  const auto document = Document::parse("a: 1\nb: {c: 1, d: 2}\ne: 3\n", "c.yaml");
  ASSERT_TRUE(document);
  auto root = document->root();
  root.text("a");
  root.section("b").text("c");
  EXPECT_EQ(document->problems(), (std::vector<std::string>{"c.yaml:2:11: unknown key \"d\"",
                                                            "c.yaml:3:1: unknown key \"e\""}));
}

TEST(ConfigDocument, ShowsWhatIsInEffectAndNoSecret) {
  const auto document = Document::parse(
      "password: hunter2\nlogin: {user: x, password: hunter2}\nt: {file: x}\n", "c.yaml");
  ASSERT_TRUE(document);
  auto root = document->root();
  EXPECT_EQ(root.secret("password").reveal(), "hunter2");
  EXPECT_TRUE(root.secret("other").empty());
  EXPECT_EQ(*root.secret_json("login").find_string("password"), "hunter2");
  EXPECT_TRUE(root.secret_json("others").is_null());
  root.text("level", "info");
  root.flag("plain", false);
  root.texts("list");
  root.section("server").text("listen", "[::]:8443");
  root.json("t");
  const auto shown = document->effective();
  EXPECT_EQ(shown.find("hunter2"), std::string::npos);
  for (const auto* line :
       {"password: \"********\"", "level: info", "plain: false", "listen:", "file: \"x\""}) {
    EXPECT_NE(shown.find(line), std::string::npos) << line << " is not in\n" << shown;
  }
  const auto again = Document::parse(shown, "shown.yaml");
  EXPECT_TRUE(again) << again.error();
}

}  // namespace
}  // namespace countersign::app

// SPDX-License-Identifier: Apache-2.0
#include "app/command_spec.h"

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

namespace countersign::app {
namespace {

TEST(CommandSpec, DescribesWhatTheProgramHas) {
  CLI::App app("A tool", "tool");
  std::string text;
  bool flag = false;
  auto& run = *app.add_subcommand("run", "Run it");
  run.footer("Example:\n  tool run");
  run.add_option("file", text, "What")->required()->type_name("FILE");
  run.add_option("-o,--output", text, "How")->type_name("text|json");
  run.add_option("--name", text, "Name")->type_name("NAME");
  run.add_option("--out", text, "Where")->type_name("DIR");
  run.add_flag("--loud", flag, "Louder");

  const auto spec = describe(app);
  ASSERT_EQ(spec.commands.size(), 1U);
  const auto& described = spec.commands.front();
  EXPECT_EQ(described.footer, "Example:\n  tool run");
  ASSERT_EQ(described.positionals.size(), 1U);
  EXPECT_EQ(described.positionals[0].names, std::vector<std::string>{"file"});
  EXPECT_EQ(described.positionals[0].takes(), Takes::File);
  EXPECT_TRUE(described.positionals[0].required);
  ASSERT_EQ(described.options.size(), 5U);
  EXPECT_EQ(described.options[0].takes(), Takes::Nothing);  // help
  EXPECT_EQ(described.options[1].names, (std::vector<std::string>{"--output", "-o"}));
  EXPECT_EQ(described.options[1].choices, (std::vector<std::string>{"text", "json"}));
  EXPECT_EQ(described.options[1].takes(), Takes::Choice);
  EXPECT_EQ(described.options[2].takes(), Takes::Text);
  EXPECT_EQ(described.options[3].takes(), Takes::Folder);
  EXPECT_EQ(described.options[4].takes(), Takes::Nothing);
}

TEST(CommandSpec, TheCodesAreTheChoicesOfExplain) {
  CLI::App app("A tool", "tool");
  std::string code;
  app.add_subcommand("explain", "")->add_option("code", code, "")->type_name("CODE");
  EXPECT_GT(describe(app).commands.front().positionals.front().choices.size(), 20U);
}

}  // namespace
}  // namespace countersign::app

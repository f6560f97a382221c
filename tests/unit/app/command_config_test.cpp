// SPDX-License-Identifier: Apache-2.0
#include <functional>

#include <gtest/gtest.h>

#include "app/commands.h"
#include "samples.h"

namespace countersign::app {
namespace {

TEST(CommandConfig, SaysOkToAGoodFile) {
  const support::TempFolder folder;
  TestConsole test;
  EXPECT_EQ(config_check(folder.write("c.yaml", SignedImage().config()), Reach::Offline,
                         Remarks::Shown, test.console),
            Exit::Yes);
  EXPECT_EQ(test.out.str(), "OK\n");
  EXPECT_EQ(test.err.str(), "");
}

TEST(CommandConfig, NamesFileLineAndColumnOfEveryMistake) {
  const support::TempFolder folder;
  const auto file = folder.write("c.yaml", SignedImage().config("lug: {}\nlog: {level: 7}\n"));
  using Command = std::function<Exit(Console&)>;
  for (const auto& command :
       {Command(
            [&](Console& to) { return config_check(file, Reach::Offline, Remarks::Shown, to); }),
        Command([&](Console& to) { return config_check(file, Reach::Online, Remarks::Shown, to); }),
        Command([&](Console& to) { return config_show(file, to); })}) {
    TestConsole test;
    EXPECT_EQ(command(test.console), Exit::Usage);
    EXPECT_EQ(test.out.str(), "");
    EXPECT_TRUE(test.err.str().starts_with(file.string() + ":10:1: ")) << test.err.str();
    EXPECT_NE(test.err.str().find("\n" + file.string() + ":11:14: "), std::string::npos)
        << test.err.str();
  }
}

TEST(CommandConfig, TriesWhatAFileNames) {
  const support::TempFolder folder;
  TestConsole test;
  EXPECT_EQ(config_check(folder.write("c.yaml", SignedImage().config()), Reach::Online,
                         Remarks::Shown, test.console),
            Exit::Yes);
  EXPECT_TRUE(test.out.str().starts_with("trust store ca:vectors, ")) << test.out.str();
}

TEST(CommandConfig, ShowsAFileThatMeansTheSame) {
  const support::TempFolder folder;
  TestConsole test;
  ASSERT_EQ(config_show(folder.write("c.yaml", SignedImage().config()), test.console), Exit::Yes);
  const auto shown = folder.write("shown.yaml", test.out.str());
  TestConsole again;
  ASSERT_EQ(config_show(shown, again.console), Exit::Yes) << again.err.str();
  EXPECT_EQ(again.out.str(), test.out.str());
}

TEST(CommandConfig, ShowsNoSecret) {
  const support::TempFolder folder;
  TestConsole test;
  const auto file = folder.write(
      "c.yaml", SignedImage().config("  - host: ghcr.io\n    credentials: {kind: basic, username: "
                                     "robot, password: hunter2}\n"));
  ASSERT_EQ(config_show(file, test.console), Exit::Yes) << test.err.str();
  EXPECT_EQ(test.out.str().find("hunter2"), std::string::npos);
  EXPECT_NE(test.out.str().find("robot"), std::string::npos);
}

TEST(CommandConfig, WarnsOfWhatMayNotBeMeant) {
  const support::TempFolder folder;
  auto text = SignedImage().config();
  const std::string rules = "rules:\n";
  text.insert(text.find(rules) + rules.size(), "    - {name: all, action: deny}\n");
  const auto file = folder.write("c.yaml", text);
  TestConsole test;
  EXPECT_EQ(config_check(file, Reach::Offline, Remarks::Shown, test.console), Exit::Yes);
  EXPECT_EQ(test.out.str(), "OK\n");
  EXPECT_TRUE(test.err.str().starts_with(file.string() + ":5:7: warning: rule \"signed\""))
      << test.err.str();
  TestConsole strict;
  EXPECT_EQ(config_check(file, Reach::Offline, Remarks::Refused, strict.console), Exit::Usage);
  EXPECT_EQ(strict.out.str(), "");
  EXPECT_EQ(strict.err.str(), test.err.str());
  TestConsole clean;
  EXPECT_EQ(config_check(folder.write("d.yaml", SignedImage().config()), Reach::Offline,
                         Remarks::Refused, clean.console),
            Exit::Yes)
      << clean.err.str();
}

}  // namespace
}  // namespace countersign::app

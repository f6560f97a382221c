// SPDX-License-Identifier: Apache-2.0
#include "app/command_set.h"

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

#include "samples.h"

namespace countersign::app {
namespace {

class CommandSetTest : public testing::Test {
 protected:
  CommandSetTest() {
    commands_.add({.name = "plain", .description = "", .example = "tool plain", .exits = "0 done"},
                  [](Console&) { return Exit::Yes; });
    auto& group = commands_.add_group("group", "", "tool group paint");
    commands_.add(group,
                  {.name = "paint",
                   .description = "",
                   .example = "tool group paint",
                   .exits = "0 done",
                   .painted = Painted::Yes},
                  [this](Console& console) {
                    seen_ = console.colour;
                    return Exit::No;
                  });
    commands_.offer_colours();
  }

  Colour seen_ = Colour::Never;
  CLI::App app_{"", "tool"};
  CommandSet commands_{app_};
  TestConsole test_;
};

TEST_F(CommandSetTest, RunsWhatWasAskedFor) {
  EXPECT_EQ(commands_.run(test_.console), Exit::Usage) << "nothing was";
  app_.parse("plain");
  EXPECT_EQ(commands_.run(test_.console), Exit::Yes);
  app_.parse("group paint");
  EXPECT_EQ(commands_.run(test_.console), Exit::No);
  EXPECT_THROW(app_.parse("group"), CLI::ParseError);
}

TEST_F(CommandSetTest, ColoursAsItIsTold) {
  const std::pair<const char*, Colour> rows[] = {{"group paint", Colour::Never},
                                                 {"group paint --color auto", Colour::Never},
                                                 {"group paint --color always", Colour::Always},
                                                 {"group paint --color=never", Colour::Never}};
  for (const auto& [arguments, colour] : rows) {
    app_.parse(arguments);
    commands_.run(test_.console);
    EXPECT_EQ(seen_, colour) << arguments;
  }
  test_.console.colour = Colour::Always;
  app_.parse("group paint --color never");
  commands_.run(test_.console);
  EXPECT_EQ(seen_, Colour::Never);
  EXPECT_THROW(app_.parse("plain --color never"), CLI::ParseError) << "it shows none";
  EXPECT_THROW(app_.parse("group paint --color red"), CLI::ParseError);
}

}  // namespace
}  // namespace countersign::app

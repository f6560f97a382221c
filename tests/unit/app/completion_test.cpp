// SPDX-License-Identifier: Apache-2.0
#include "app/completion.h"

#include <gtest/gtest.h>

#include "app/completion_parts.h"
#include "programs.h"

namespace countersign::app {
namespace {

TEST(Completion, NamesEveryCommandAndOptionInEveryShell) {
  for (const auto* shell : {"bash", "zsh", "fish"}) {
    const auto script = completion_script(sample_program(), *parse_shell(shell));
    for (const auto* word : {"tool", "run", "check", "config", "deep", "loud"}) {
      EXPECT_NE(script.find(word), std::string::npos) << shell << ": " << word;
    }
    EXPECT_EQ(script.find("owner's"), std::string::npos) << "an apostrophe ends a quotation";
  }
  EXPECT_FALSE(parse_shell("powershell"));
}

TEST(Completion, AnArgumentIsACommandOrWhatTheFirstPositionalTakes) {
  const auto program = sample_program();
  EXPECT_EQ(argument_of(program).words, (std::vector<std::string>{"run", "config"}));
  EXPECT_EQ(argument_of(program.commands[0]).takes, Takes::File);
  EXPECT_EQ(argument_of(program.commands[1].commands[0]).words,
            (std::vector<std::string>{"one", "two"}));
}

}  // namespace
}  // namespace countersign::app

// SPDX-License-Identifier: Apache-2.0
#include "app/completion.h"

#include <gtest/gtest.h>

namespace countersign::app {
namespace {

CommandSpec program() {
  return {"tool",
          "A tool",
          {{"--help", "Help"}},
          {{"run", "Run it", {{"--config", "The owner's file"}, {"-o", "Output"}}, {}},
           {"config", "Work with it", {}, {{"check", "Check it", {{"--deep", "More"}}, {}}}}}};
}

TEST(Completion, NamesEveryCommandAndOptionInEveryShell) {
  for (const auto* shell : {"bash", "zsh", "fish"}) {
    const auto script = completion_script(program(), *parse_shell(shell));
    for (const auto* word : {"tool", "run", "check", "config", "deep"}) {
      EXPECT_NE(script.find(word), std::string::npos) << shell << ": " << word;
    }
    EXPECT_EQ(script.find("owner's"), std::string::npos) << "an apostrophe ends a quotation";
  }
  EXPECT_FALSE(parse_shell("powershell"));
}

// What bash offers for the words, the last of which is being typed.
std::string offered(const std::string& words) {
  const auto command = "bash --norc -c '" + std::string("eval \"$SCRIPT\"; COMP_WORDS=(") + words +
                       "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _tool; echo ${COMPREPLY[@]}'";
  ::setenv("SCRIPT", completion_script(program(), Shell::Bash).c_str(), 1);
  FILE* const pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) {
    ADD_FAILURE() << "no bash";
    return {};
  }
  std::string answer(1'000, '\0');
  answer.resize(std::fread(answer.data(), 1, answer.size(), pipe));
  EXPECT_EQ(::pclose(pipe), 0);
  while (answer.ends_with('\n')) {
    answer.pop_back();
  }
  return answer;
}

TEST(Completion, WorksInBash) {
  EXPECT_EQ(offered("tool \"\""), "run config");
  EXPECT_EQ(offered("tool r"), "run");
  EXPECT_EQ(offered("tool run --"), "--config");
  EXPECT_EQ(offered("tool config \"\""), "check");
  EXPECT_EQ(offered("tool config check -"), "--deep");
  EXPECT_EQ(offered("tool run x"), "") << "files are the shell's own business";
}

}  // namespace
}  // namespace countersign::app

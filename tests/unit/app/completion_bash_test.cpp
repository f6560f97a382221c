// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <cstdlib>

#include <gtest/gtest.h>

#include "app/completion.h"
#include "programs.h"
#include "support/temp_folder.h"

namespace countersign::app {
namespace {

// What the shell offers for the words, the last of which is being typed, in a folder with a file
// and a folder.
std::string offered(const std::string& words) {
  const support::TempFolder folder;
  folder.write("file.yaml", "");
  folder.write("folder/file", "");
  const auto command = "cd " + folder.path().string() + " && bash --norc -c '" +
                       std::string("eval \"$SCRIPT\"; COMP_WORDS=(") + words +
                       "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _tool; echo ${COMPREPLY[@]}'";
  ::setenv("SCRIPT", completion_script(sample_program(), Shell::Bash).c_str(), 1);
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

TEST(CompletionBash, OffersCommandsAndOptions) {
  EXPECT_EQ(offered("tool \"\""), "run config");
  EXPECT_EQ(offered("tool r"), "run");
  EXPECT_EQ(offered("tool run --"), "--help --config --out --name --volume");
  EXPECT_EQ(offered("tool config \"\""), "check");
  EXPECT_EQ(offered("tool config check -"), "--deep");
}

TEST(CompletionBash, OffersWhatIsTaken) {
  EXPECT_EQ(offered("tool run --volume \"\""), "loud low");
  EXPECT_EQ(offered("tool run --volume lou"), "loud");
  EXPECT_EQ(offered("tool run --volume = lo"), "loud low") << "--volume=lo";
  EXPECT_EQ(offered("tool run --volume ="), "loud low");
  EXPECT_EQ(offered("tool run --config fi"), "file.yaml");
  EXPECT_EQ(offered("tool run --config fo"), "folder");
  EXPECT_EQ(offered("tool run --out f"), "folder");
  EXPECT_EQ(offered("tool run -o f"), "folder");
  EXPECT_EQ(offered("tool run fil"), "file.yaml");
  EXPECT_EQ(offered("tool run --name f"), "") << "nobody knows a name";
  EXPECT_EQ(offered("tool config check o"), "one");
}

}  // namespace
}  // namespace countersign::app

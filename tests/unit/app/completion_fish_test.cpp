// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "app/completion.h"
#include "programs.h"

namespace countersign::app {
namespace {

TEST(CompletionFish, SaysWhatEachOptionTakes) {
  const auto script = completion_script(sample_program(), Shell::Fish);
  const std::string in_run = "complete -c tool -n '__fish_seen_subcommand_from run'";
  for (const auto& line : {
           in_run + " -F\n",
           in_run + " -l config -r -F -d 'The owner s file'\n",
           in_run + " -l out -s o -r -f -a '(__fish_complete_directories)' -d 'Output'\n",
           in_run + " -l name -r -f -d 'Name'\n",
           in_run + " -l volume -r -f -a 'loud low' -d 'Volume'\n",
           in_run + " -l help -s h -d 'Print this help message and exit'\n",
       }) {
    EXPECT_NE(script.find(line), std::string::npos) << line << "\n" << script;
  }
}

}  // namespace
}  // namespace countersign::app

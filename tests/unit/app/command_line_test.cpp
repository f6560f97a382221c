// SPDX-License-Identifier: Apache-2.0
#include "app/command_line.h"

#include "arguments.h"

namespace countersign::app {
namespace {

TEST(CommandLine, HelpsWithoutACommand) {
  TestConsole test;
  EXPECT_EQ(run_with({"--help"}, test), Exit::Yes);
  EXPECT_NE(test.out.str().find("Usage: countersign"), std::string::npos) << test.out.str();
  EXPECT_NE(test.out.str().find("Exit status:\n  0 yes"), std::string::npos) << test.out.str();
  TestConsole version;
  EXPECT_EQ(run_with({"--version"}, version), Exit::Yes);
  EXPECT_TRUE(version.out.str().starts_with("countersign "));
}

TEST(CommandLine, RefusesWhatItDoesNotKnow) {
  expect_refused(
      {{}, {"unknown"}, {"--unknown"}, {"config"}, {"policy"}, {"keys"}, {"certificate"}});
}

}  // namespace
}  // namespace countersign::app

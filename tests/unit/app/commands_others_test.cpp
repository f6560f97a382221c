// SPDX-License-Identifier: Apache-2.0
#include "arguments.h"

namespace countersign::app {
namespace {

TEST(CommandsOthers, Help) { expect_help({{"explain"}, {"version"}, {"completion"}, {"man"}}); }

TEST(CommandsOthers, RefuseWhatTheyDoNotKnow) {
  expect_refused({{"explain", "NO_SUCH_CODE"},
                  {"explain", "INTERNAL", "BAD_REQUEST"},
                  {"completion"},
                  {"completion", "powershell"}});
}

TEST(CommandsOthers, ExplainACode) {
  TestConsole test;
  EXPECT_EQ(run_with({"explain", "untrusted"}, test), Exit::Yes);
  EXPECT_TRUE(test.out.str().starts_with("UNTRUSTED: ")) << test.out.str();
  TestConsole completion;
  EXPECT_EQ(run_with({"completion", "bash"}, completion), Exit::Yes);
  EXPECT_NE(completion.out.str().find("SIGNATURE_NOT_FOUND"), std::string::npos);
}

TEST(CommandsOthers, PrintVersionCompletionAndManual) {
  TestConsole test;
  EXPECT_EQ(run_with({"version"}, test), Exit::Yes);
  EXPECT_TRUE(test.out.str().starts_with("countersign "));
  EXPECT_NE(test.out.str().find("\nOpenSSL 3."), std::string::npos);  // SUP-03
  EXPECT_NE(test.out.str().find("\nlibcurl "), std::string::npos);
  EXPECT_EQ(run_with({"completion", "zsh"}, test), Exit::Yes);
  EXPECT_NE(test.out.str().find("--notation-config"), std::string::npos);
  EXPECT_EQ(run_with({"man"}, test), Exit::Yes);
  EXPECT_NE(test.out.str().find("\n.SS countersign certificate check\n"), std::string::npos);
}

}  // namespace
}  // namespace countersign::app

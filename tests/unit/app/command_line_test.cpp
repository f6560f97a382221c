// SPDX-License-Identifier: Apache-2.0
#include "app/command_line.h"

#include <gtest/gtest.h>

#include "samples.h"

namespace countersign::app {
namespace {

using Arguments = std::vector<std::string>;

Exit run_with(const Arguments& arguments, TestConsole& test) {
  return run(arguments, test.console);
}

TEST(CommandLine, HelpsWithEveryCommand) {
  for (const auto& command :
       {Arguments{}, Arguments{"serve"}, Arguments{"verify"}, Arguments{"list"},
        Arguments{"inspect"}, Arguments{"review"}, Arguments{"explain"}, Arguments{"config"},
        Arguments{"config", "check"}, Arguments{"config", "show"}, Arguments{"policy"},
        Arguments{"policy", "test"}, Arguments{"version"}, Arguments{"completion"}}) {
    TestConsole test;
    auto arguments = command;
    arguments.emplace_back("--help");
    EXPECT_EQ(run_with(arguments, test), Exit::Yes);
    EXPECT_NE(test.out.str().find("Usage: countersign"), std::string::npos) << test.out.str();
    EXPECT_EQ(test.err.str(), "");
    if (!command.empty()) {
      EXPECT_NE(test.out.str().find("Example:\n  "), std::string::npos) << command.front();
    }
  }
}

TEST(CommandLine, RefusesWhatItDoesNotKnow) {
  for (const auto& arguments : {
           Arguments{},
           Arguments{"unknown"},
           Arguments{"serve"},
           Arguments{"serve", "--config"},
           Arguments{"verify"},
           Arguments{"verify", "--unknown", "a"},
           Arguments{"verify", "a", "b"},
           Arguments{"verify", "a", "--config", "c", "--notation-config", "d"},
           Arguments{"verify", "a", "--config", "c", "--plain-http", "d"},
           Arguments{"verify", "a", "--config", "c", "--max-signatures", "1"},
           Arguments{"verify", "a", "--max-signatures", "0"},
           Arguments{"verify", "a", "--max-signatures", "-1"},
           Arguments{"verify", "a", "--scope", "b"},
           Arguments{"verify", "a", "-o", "yaml"},
           Arguments{"verify", "a", "-o", "tree"},
           Arguments{"verify", "a", "--config", "c", "--revocation-cache", "d"},
           Arguments{"list"},
           Arguments{"list", "a", "--notation-config", "d"},
           Arguments{"list", "a", "-o", "text"},
           Arguments{"list", "a", "--max-signatures", "0"},
           Arguments{"inspect"},
           Arguments{"inspect", "a", "-m", "k=v"},
           Arguments{"inspect", "a", "--config", "c", "--notation-config", "d"},
           Arguments{"inspect", "a", "--at", "now"},
           Arguments{"verify", "a", "--at", "now"},
           Arguments{"config"},
           Arguments{"config", "check"},
           Arguments{"review", "a"},
           Arguments{"explain", "NO_SUCH_CODE"},
           Arguments{"explain", "INTERNAL", "BAD_REQUEST"},
           Arguments{"policy"},
           Arguments{"policy", "test"},
           Arguments{"policy", "test", "/nonexistent"},
           Arguments{"policy", "test", "a", "-o", "junit"},
           Arguments{"policy", "test", "a", "--at", "now"},
           Arguments{"completion", "powershell"},
       }) {
    TestConsole test;
    EXPECT_EQ(run_with(arguments, test), Exit::Usage) << ::testing::PrintToString(arguments);
    EXPECT_EQ(test.out.str(), "") << ::testing::PrintToString(arguments);
    EXPECT_NE(test.err.str(), "") << ::testing::PrintToString(arguments);
  }
}

TEST(CommandLine, TakesOptionsBeforeAndAfterTheReference) {
  const SignedImage image;
  const Arguments trust{"--notation-config", image.home(), "--oci-layout",        "--scope",
                        image.repository,    "--at",       "2026-12-01T00:00:00Z"};
  Arguments before{"verify", "-m", "stage=production"};
  before.insert(before.end(), trust.begin(), trust.end());
  before.push_back(image.in_layout());
  TestConsole test;
  EXPECT_EQ(run_with(before, test), Exit::No) << test.err.str();

  Arguments after{"verify", image.in_layout()};
  after.insert(after.end(), trust.begin(), trust.end());
  EXPECT_EQ(run_with(after, test), Exit::Yes) << test.err.str();
}

TEST(CommandLine, ExplainsACode) {
  TestConsole test;
  EXPECT_EQ(run_with({"explain", "untrusted"}, test), Exit::Yes);
  EXPECT_TRUE(test.out.str().starts_with("UNTRUSTED: ")) << test.out.str();
  TestConsole completion;
  EXPECT_EQ(run_with({"completion", "bash"}, completion), Exit::Yes);
  EXPECT_NE(completion.out.str().find("SIGNATURE_NOT_FOUND"), std::string::npos);
}

TEST(CommandLine, ListsAndInspects) {
  const SignedImage image;
  const Arguments where{image.in_layout(),
                        "--oci-layout",
                        "--scope",
                        image.repository,
                        "-o",
                        "tree",
                        "--max-signatures",
                        "1"};
  for (const auto* command : {"list", "inspect"}) {
    Arguments arguments{command};
    arguments.insert(arguments.end(), where.begin(), where.end());
    TestConsole test;
    EXPECT_EQ(run_with(arguments, test), Exit::Yes) << command << test.err.str();
    EXPECT_NE(test.out.str().find("application/vnd.cncf.notary.signature"), std::string::npos);
  }
}

TEST(CommandLine, PrintsVersionAndCompletion) {
  TestConsole test;
  EXPECT_EQ(run_with({"version"}, test), Exit::Yes);
  EXPECT_TRUE(test.out.str().starts_with("countersign "));
  EXPECT_NE(test.out.str().find("\nOpenSSL 3."), std::string::npos);  // SUP-03
  EXPECT_NE(test.out.str().find("\nlibcurl "), std::string::npos);
  EXPECT_EQ(run_with({"completion", "zsh"}, test), Exit::Yes);
  EXPECT_NE(test.out.str().find("--notation-config"), std::string::npos);
}

}  // namespace
}  // namespace countersign::app

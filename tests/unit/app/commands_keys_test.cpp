// SPDX-License-Identifier: Apache-2.0
#include "arguments.h"

namespace countersign::app {
namespace {

TEST(CommandsKeys, Help) {
  expect_help({{"keys"}, {"keys", "generate"}, {"certificate"}, {"certificate", "check"}});
}

TEST(CommandsKeys, RefuseWhatTheyDoNotKnow) {
  expect_refused({{"keys", "generate"},
                  {"keys", "generate", ""},
                  {"keys", "generate", "a", "--subject", "CN=b"},
                  {"keys", "generate", "--subject", "b"},
                  {"keys", "generate", std::string(65, 'a')},
                  {"keys", "generate", "a", "--algorithm", "rsa-1024"},
                  {"keys", "generate", "a", "--purpose", "serving"},
                  {"keys", "generate", "a", "--life", "0s"},
                  {"keys", "generate", "a", "--life", "101y"},
                  {"keys", "generate", "a", "--life", "40000d"},
                  {"certificate", "check"},
                  {"certificate", "check", "/nonexistent"},
                  {"certificate", "check", "a", "--as", "server"},
                  {"certificate", "check", "a", "--at", "now"},
                  {"certificate", "check", "a", "-o", "yaml"}});
}

TEST(CommandsKeys, GenerateAndCheck) {
  const support::TempFolder folder;
  const auto made = [&folder](const char* name) { return (folder / name).string(); };
  TestConsole test;
  ASSERT_EQ(
      run_with({"keys", "generate", "--chain", "--out", folder.path(), "signer.example"}, test),
      Exit::Yes)
      << test.err.str();
  EXPECT_NE(test.out.str().find("CN=signer.example,O=Test,ST=Test,C=XX"), std::string::npos);
  EXPECT_EQ(run_with({"certificate", "check", made("signer.example.crt"), "--key",
                      made("signer.example.key")},
                     test),
            Exit::Yes)
      << test.out.str();
  EXPECT_EQ(run_with({"certificate", "check", "--as", "ca", made("ca.crt")}, test), Exit::Yes);
  EXPECT_EQ(run_with({"certificate", "check", "--as", "tsa", made("ca.crt")}, test), Exit::Yes);
  EXPECT_EQ(run_with({"certificate", "check", made("ca.crt")}, test), Exit::No);
}

}  // namespace
}  // namespace countersign::app

// SPDX-License-Identifier: Apache-2.0
#include "arguments.h"

namespace countersign::app {
namespace {

TEST(CommandsImage, Help) { expect_help({{"verify"}, {"list"}, {"inspect"}}); }

TEST(CommandsImage, RefuseWhatTheyDoNotKnow) {
  expect_refused({{"verify"},
                  {"verify", "--unknown", "a"},
                  {"verify", "a", "--config", "c", "--notation-config", "d"},
                  {"verify", "a", "--config", "c", "--plain-http", "d"},
                  {"verify", "a", "--config", "c", "--max-signatures", "1"},
                  {"verify", "a", "--max-signatures", "0"},
                  {"verify", "a", "--max-signatures", "-1"},
                  {"verify", "a", "--scope", "b"},
                  {"verify", "a", "-o", "yaml"},
                  {"verify", "a", "-o", "tree"},
                  {"verify", "a", "--config", "c", "--revocation-cache", "d"},
                  {"verify", "a", "--at", "now"},
                  {"verify", "a", "--color", "red"},
                  {"list"},
                  {"list", "a", "b"},
                  {"list", "a", "--notation-config", "d"},
                  {"list", "a", "-o", "text"},
                  {"list", "a", "--max-signatures", "0"},
                  {"inspect"},
                  {"inspect", "a", "-m", "k=v"},
                  {"inspect", "a", "--config", "c", "--notation-config", "d"},
                  {"inspect", "a", "--at", "now"}});
}

TEST(CommandsImage, TakeOptionsBeforeAndAfterTheReference) {
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

TEST(CommandsImage, ListAndInspect) {
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

TEST(CommandsImage, VerifyTakesManyReferences) {
  const SignedImage image;
  TestConsole test;
  EXPECT_EQ(run_with({"verify", "--explain", "--notation-config", image.home(), "--oci-layout",
                      "--scope", image.repository, "--at", "2026-12-01T00:00:00Z",
                      image.in_layout(), image.in_layout()},
                     test),
            Exit::Yes)
      << test.err.str();
  EXPECT_NE(test.out.str().find("2 images: 2 trusted"), std::string::npos) << test.out.str();
}

}  // namespace
}  // namespace countersign::app

// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "app/commands.h"
#include "samples.h"

namespace countersign::app {
namespace {

class CommandListTest : public testing::Test {
 protected:
  CommandListTest() {
    options_.reference = image_.in_layout();
    options_.source = Source::OciLayout;
    options_.scope = image_.repository;
  }
  Exit run() {
    test_.out.str("");
    test_.err.str("");
    return list(options_, test_.console);
  }

  SignedImage image_;
  ImageOptions options_;
  support::TempFolder folder_;
  TestConsole test_;
};

TEST_F(CommandListTest, NeedsNoPolicy) {
  EXPECT_EQ(run(), Exit::Yes) << test_.err.str();
  EXPECT_TRUE(test_.out.str().starts_with(image_.in_layout() +
                                          "\n└── application/vnd.cncf.notary.signature\n"
                                          "    └── sha256:"))
      << test_.out.str();
  EXPECT_EQ(test_.err.str(), "");
  options_.output = Output::Json;
  EXPECT_EQ(run(), Exit::Yes);
  EXPECT_TRUE(test_.out.str().starts_with("{\"reference\":")) << test_.out.str();
  EXPECT_TRUE(test_.out.str().ends_with("}\n"));
}

TEST_F(CommandListTest, TakesTheRegistriesOfAConfigurationFile) {
  options_.source = Source::Registry;
  options_.scope.clear();
  options_.reference = image_.image();
  options_.config = folder_.write("c.yaml", image_.config());
  EXPECT_EQ(run(), Exit::Yes) << test_.err.str();
  EXPECT_TRUE(test_.out.str().starts_with(image_.image() + "\n")) << test_.out.str();
  options_.reference = "ghcr.io/a/b:1";
  EXPECT_EQ(run(), Exit::Usage) << "not a registry of this file";
  EXPECT_NE(test_.err.str().find("REGISTRY_NOT_ALLOWED"), std::string::npos) << test_.err.str();
}

TEST_F(CommandListTest, SaysThatThereIsNone) {
  const auto unsigned_case = support::test_data("notation/policy/level-strict-unsigned");
  const auto json = support::read_test_data("notation/policy/level-strict-unsigned/case.json");
  const auto at = json.find("sha256:");
  options_.reference = (unsigned_case / "layout").string() + "@" + json.substr(at, 71);
  EXPECT_EQ(run(), Exit::Yes) << test_.err.str();
  EXPECT_EQ(test_.out.str(), options_.reference + " has no associated signature\n");
}

TEST_F(CommandListTest, SaysWhatItCouldNotDo) {
  options_.reference = folder_.path().string() + "@" + image_.digest;
  EXPECT_EQ(run(), Exit::Unknown);
  EXPECT_EQ(test_.out.str(), "");
  EXPECT_NE(test_.err.str(), "");
  options_.scope.clear();
  EXPECT_EQ(run(), Exit::Usage);
  options_.source = Source::Registry;
  options_.reference = "UPPER/case";
  EXPECT_EQ(run(), Exit::Usage);
  options_.reference = image_.image();
  options_.config = "/nonexistent";
  EXPECT_EQ(run(), Exit::Usage);
}

}  // namespace
}  // namespace countersign::app

// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "app/commands.h"
#include "samples.h"

namespace countersign::app {
namespace {

class CommandInspectTest : public testing::Test {
 protected:
  CommandInspectTest() {
    options_.reference = image_.in_layout();
    options_.source = Source::OciLayout;
    options_.scope = image_.repository;
    options_.at = Time(std::chrono::sys_days{std::chrono::year{2026} / 12 / 1});
  }
  Exit run() {
    test_.out.str("");
    test_.err.str("");
    return inspect(options_, test_.console);
  }
  bool says(std::string_view part) { return test_.out.str().find(part) != std::string::npos; }

  SignedImage image_;
  ImageOptions options_;
  support::TempFolder folder_;
  TestConsole test_;
};

TEST_F(CommandInspectTest, ShowsEverySignature) {
  EXPECT_EQ(run(), Exit::Yes) << test_.err.str();
  EXPECT_TRUE(test_.out.str().starts_with("Inspecting all signatures for signed artifact\n" +
                                          image_.in_layout() + "\n"))
      << test_.out.str();
  EXPECT_TRUE(says("signature algorithm: ECDSA-SHA-256"));
  EXPECT_TRUE(says("is this image: yes"));
  EXPECT_FALSE(says("verdict")) << "there is no policy";
  options_.output = Output::Json;
  EXPECT_EQ(run(), Exit::Yes);
  EXPECT_TRUE(test_.out.str().starts_with("{\"reference\":"));
  EXPECT_TRUE(test_.out.str().ends_with("}\n"));
}

TEST_F(CommandInspectTest, JudgesUnderThePolicyAtHand) {
  options_.notation_config = image_.home();
  EXPECT_EQ(run(), Exit::Yes) << test_.err.str();
  EXPECT_TRUE(says("verdict: trusted")) << test_.out.str();
  EXPECT_TRUE(says("policy: vectors"));
  options_.notation_config.clear();
  options_.config = folder_.write("c.yaml", image_.config());
  EXPECT_EQ(run(), Exit::Yes) << test_.err.str();
  EXPECT_TRUE(says("verdict: trusted"));
  options_.at = Time(std::chrono::sys_days{std::chrono::year{2126} / 1 / 1});
  EXPECT_EQ(run(), Exit::Yes) << "that nobody trusts it is no failure to inspect it";
  EXPECT_TRUE(says("verdict: untrusted")) << test_.out.str();
  EXPECT_TRUE(says("CERTIFICATE_EXPIRED"));
}

TEST_F(CommandInspectTest, TakesTheUsualFolderWhenItHasAPolicy) {
  test_.environment["NOTATION_CONFIG"] = image_.home();
  EXPECT_EQ(run(), Exit::Yes);
  EXPECT_TRUE(says("verdict: trusted"));
  options_.scope = "registry.example/other";
  EXPECT_EQ(run(), Exit::Yes);
  EXPECT_TRUE(says("verdict: untrusted"));
  EXPECT_TRUE(says("NO_POLICY")) << test_.out.str();
}

TEST_F(CommandInspectTest, ShowsWhatIsThereWhenAStoreCantBeUsed) {
  std::filesystem::copy(image_.home(), folder_ / "home", std::filesystem::copy_options::recursive);
  folder_.write("home/truststore/x509/ca/vectors/broken.pem", "garbage");
  options_.notation_config = folder_ / "home";
  EXPECT_EQ(run(), Exit::Yes);
  EXPECT_NE(test_.err.str().find("broken.pem"), std::string::npos) << test_.err.str();
  EXPECT_TRUE(says("TRUST_STORE_EMPTY")) << test_.out.str();
}

TEST_F(CommandInspectTest, ShowsWhyAnEnvelopeCantBeRead) {
  const std::string name = "notation/integrity/cose-trailing-byte";
  const auto json = support::read_test_data(name + "/case.json");
  options_.reference =
      (support::test_data(name) / "layout").string() + "@" + json.substr(json.find("sha256:"), 71);
  options_.notation_config = (support::test_data(name) / "home").string();
  EXPECT_EQ(run(), Exit::Yes) << test_.err.str();
  EXPECT_TRUE(says("error: ENVELOPE_INVALID")) << test_.out.str();
  EXPECT_TRUE(says("verdict: untrusted"));
}

TEST_F(CommandInspectTest, SaysWhatItCouldNotDo) {
  options_.notation_config = "/nonexistent";
  EXPECT_EQ(run(), Exit::Usage);
  EXPECT_EQ(test_.out.str(), "");
  EXPECT_NE(test_.err.str(), "");
  options_.notation_config.clear();
  options_.reference = folder_.path().string() + "@" + image_.digest;
  EXPECT_EQ(run(), Exit::Unknown);
  EXPECT_EQ(test_.out.str(), "");
  options_.scope.clear();
  EXPECT_EQ(run(), Exit::Usage);
}

}  // namespace
}  // namespace countersign::app

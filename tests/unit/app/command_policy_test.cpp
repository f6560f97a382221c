// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "app/commands.h"
#include "samples.h"

namespace countersign::app {
namespace {

class CommandPolicyTest : public testing::Test {
 protected:
  CommandPolicyTest() {
    options_.folder = folder_.path();
    options_.at = Time(std::chrono::sys_days{std::chrono::year{2026} / 12 / 1});
    folder_.write("countersign.yaml", image_.config());
  }
  void write_case(std::string_view name, const std::string& image, std::string_view decision) {
    folder_.write(name,
                  "manifest: {apiVersion: v1, kind: Pod, spec: {containers: [{name: c, "
                  "image: '" +
                      image + "'}]}}\nexpect: [{image: '" + image +
                      "', decision: " + std::string(decision) + "}]\n");
  }

  SignedImage image_;
  support::TempFolder folder_;
  PolicyTestOptions options_;
  TestConsole test_;
};

TEST_F(CommandPolicyTest, EndsWithZeroWhenAllIsAsExpected) {
  write_case("good.yaml", image_.image(), "allow");
  write_case("other.yaml", "ghcr.io/a:1", "deny");
  EXPECT_EQ(policy_test(options_, test_.console), Exit::Yes) << test_.err.str();
  EXPECT_EQ(test_.out.str(), "ok   good\nok   other\n2 passed, 0 failed\n");
}

TEST_F(CommandPolicyTest, EndsWithOneWhenSomethingDiffers) {
  write_case("good.yaml", image_.image(), "deny");
  options_.output = Output::Json;
  EXPECT_EQ(policy_test(options_, test_.console), Exit::No) << test_.err.str();
  EXPECT_NE(test_.out.str().find("\"failed\":1"), std::string::npos) << test_.out.str();
}

TEST_F(CommandPolicyTest, EndsWithTwoWhenItCantTry) {
  EXPECT_EQ(policy_test(options_, test_.console), Exit::Usage) << "no cases";
  write_case("good.yaml", image_.image(), "allow");
  options_.config = folder_ / "nonexistent.yaml";
  EXPECT_EQ(policy_test(options_, test_.console), Exit::Usage);
  options_.config = folder_.write("cfg/broken.yaml", "version: 2");
  EXPECT_EQ(policy_test(options_, test_.console), Exit::Usage);
  options_.config.clear();
  write_case("bad.yaml", image_.image(), "perhaps");
  EXPECT_EQ(policy_test(options_, test_.console), Exit::Usage);
  EXPECT_EQ(test_.out.str(), "");
  EXPECT_NE(test_.err.str(), "");
}

TEST_F(CommandPolicyTest, TakesAConfigurationFromElsewhere) {
  std::filesystem::remove(folder_ / "countersign.yaml");
  write_case("good.yaml", image_.image(), "allow");
  options_.config = folder_.write("cfg/c.yaml", image_.config());
  EXPECT_EQ(policy_test(options_, test_.console), Exit::Yes) << test_.err.str();
}

}  // namespace
}  // namespace countersign::app

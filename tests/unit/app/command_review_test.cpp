// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "app/commands.h"
#include "samples.h"

namespace countersign::app {
namespace {

class CommandReviewTest : public testing::Test {
 protected:
  CommandReviewTest() {
    options_.config = folder_.write("c.yaml", image_.config());
    options_.at = Time(std::chrono::sys_days{std::chrono::year{2026} / 12 / 1});
  }

  Exit run(const std::string& manifest) {
    options_.file = folder_.write("manifest", manifest);
    return review(options_, test_.console);
  }
  static std::string deployment(const std::string& image) {
    return "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n"
           "    spec:\n      containers:\n        - {name: c, image: \"" +
           image + "\"}\n";
  }

  SignedImage image_;
  support::TempFolder folder_;
  ReviewOptions options_;
  TestConsole test_;
};

TEST_F(CommandReviewTest, AllowsASignedImage) {
  EXPECT_EQ(run(deployment(image_.image())), Exit::Yes) << test_.out.str() << test_.err.str();
  EXPECT_NE(test_.out.str().find("Deployment default/web: allowed"), std::string::npos);
  EXPECT_NE(test_.out.str().find("allow  spec.template.spec.containers[0].image"),
            std::string::npos);
}

TEST_F(CommandReviewTest, DeniesWhatTheWebhookWouldDeny) {
  EXPECT_EQ(run(deployment("ghcr.io/a/b:1") + "---\n" + deployment(image_.image())), Exit::No);
  EXPECT_NE(test_.out.str().find("NO_POLICY"), std::string::npos) << test_.out.str();
  EXPECT_NE(test_.out.str().find(": allowed"), std::string::npos) << test_.out.str();
}

TEST_F(CommandReviewTest, DeniesAPodThatCantBeRead) {
  EXPECT_EQ(run("{apiVersion: v1, kind: Pod, spec: {}}"), Exit::No);
  EXPECT_NE(test_.out.str().find("BAD_REQUEST"), std::string::npos) << test_.out.str();
}

TEST_F(CommandReviewTest, JudgesWorkloadsThatAreConfigured) {
  const std::string rollout =
      "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: web}\nspec:\n"
      "  template: {spec: {containers: [{name: c, image: ghcr.io/a/b:1}]}}\n";
  EXPECT_EQ(run(rollout), Exit::Unknown) << test_.out.str();
  auto config = image_.config();
  const std::string head = "admission:\n";
  config.insert(config.find(head) + head.size(),
                "  workloads: [{group: argoproj.io, version: v1alpha1, resource: rollouts, "
                "kind: Rollout, template: spec.template}]\n");
  options_.config = folder_.write("c.yaml", config);
  EXPECT_EQ(run(rollout), Exit::No) << test_.err.str();
  EXPECT_NE(test_.out.str().find("deny   spec.template.spec.containers[0].image ghcr.io/a/b:1"),
            std::string::npos)
      << test_.out.str();
}

TEST_F(CommandReviewTest, SaysWhatItDidNotJudge) {
  EXPECT_EQ(run("{apiVersion: v1, kind: Service, metadata: {name: a}}"), Exit::Yes);
  EXPECT_EQ(test_.out.str(), "");
  EXPECT_NE(test_.err.str().find("Service default/a"), std::string::npos);
}

TEST_F(CommandReviewTest, DoesNotCallWhatItCouldNotJudgeAllowed) {
  EXPECT_EQ(run("{apiVersion: v1beta1, kind: Pod, spec: {containers: [{image: a}]}}"),
            Exit::Unknown);
  EXPECT_EQ(test_.out.str(), "");
  EXPECT_NE(test_.err.str().find("Pod default/*"), std::string::npos) << test_.err.str();
}

TEST_F(CommandReviewTest, ReadsTheStandardInput) {
  test_.in.str(deployment(image_.image()));
  options_.file = "-";
  EXPECT_EQ(review(options_, test_.console), Exit::Yes) << test_.err.str();
}

TEST_F(CommandReviewTest, RefusesWhatIsNoManifest) {
  for (const auto* text : {"", "a: [\n", "a: 1\na: 2\n"}) {
    EXPECT_EQ(run(text), Exit::Usage) << text;
  }
  options_.file = "/nonexistent";
  EXPECT_EQ(review(options_, test_.console), Exit::Usage);
  EXPECT_EQ(test_.out.str(), "");
}

TEST_F(CommandReviewTest, AnswersInJson) {
  options_.output = Output::Json;
  EXPECT_EQ(
      run(deployment(image_.image()) + "---\n{apiVersion: v1, kind: Pod, spec: {}}\n---\n"
                                       "{apiVersion: v1, kind: Service, metadata: {name: a}}"),
      Exit::No);
  const auto text = test_.out.str();
  EXPECT_TRUE(text.starts_with("[{\"manifest\":\"Deployment default/web\"")) << text;
  EXPECT_TRUE(text.ends_with("}]\n")) << text;
  for (const auto* part : {"\"verdict\":\"allowed\"", "\"verdict\":\"denied\"",
                           "\"verdict\":\"notJudged\"", "\"reason\":\"BAD_REQUEST\""}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << " in " << text;
  }
}

}  // namespace
}  // namespace countersign::app

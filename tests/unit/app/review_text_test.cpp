// SPDX-License-Identifier: Apache-2.0
#include "app/review_text.h"

#include <gtest/gtest.h>

namespace countersign::app {
namespace {

policy::Refusal refusal(std::string field) {
  policy::Refusal refusal;
  refusal.reason = Reason::Untrusted;
  refusal.field = std::move(field);
  return refusal;
}

TEST(ReviewText, TellsEveryImageWithItsFieldInTheDocument) {
  kube::Review review;
  for (const auto* field :
       {"spec.template.spec.containers[0].image", "spec.template.spec.containers[1].image",
        "spec.template.spec.containers[2].image", "spec.template.spec.containers[3].image"}) {
    review.images.push_back({field, "c", "r.example/a"});
  }
  policy::Decision decision;
  decision.enforced = {refusal("spec.template.spec.containers[1].image")};
  decision.warned = {refusal("spec.template.spec.containers[2].image")};
  decision.audited = {refusal("spec.template.spec.containers[3].image")};
  const auto text = review_text("Deployment shop/web", review, decision, Colour::Never);
  for (const auto* line :
       {"Deployment shop/web: denied\n",
        "allow  spec.template.spec.containers[0].image r.example/a\n",
        "deny   spec.template.spec.containers[1].image", "warn   spec.template.spec.containers[2]",
        "audit  spec.template.spec.containers[3]", "UNTRUSTED"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << " is not in\n" << text;
  }
  decision.allowed = true;
  EXPECT_NE(
      review_text("Deployment shop/web", review, decision, Colour::Always).find("\x1b[32mallowed"),
      std::string::npos);
}

TEST(ReviewText, TellsWhyNothingWasJudged) {
  const auto text = review_text("Pod shop/web", {}, policy::break_glass(), Colour::Never);
  EXPECT_NE(text.find("exempt break-glass"), std::string::npos) << text;
}

TEST(ReviewText, CleansWhatTheManifestSays) {  // AW-33
  kube::Review review;
  review.images.push_back({"spec.containers[0].image", "c", "a\nb\x1b[2J"});
  policy::Decision decision;
  decision.notes = {"c\nd"};
  const auto text = review_text("Pod a\nb", review, decision, Colour::Never);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(std::ranges::count(text, '\n'), 3);
}

}  // namespace
}  // namespace countersign::app

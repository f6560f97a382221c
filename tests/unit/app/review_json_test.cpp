// SPDX-License-Identifier: Apache-2.0
#include "app/review_json.h"

#include <gtest/gtest.h>

#include "countersign/codec/json.h"

namespace countersign::app {
namespace {

codec::Json parsed(const std::string& text) {
  auto json = codec::Json::parse(text, {.bytes = 10'000}, Reason::Internal);
  EXPECT_TRUE(json) << text;
  return json ? std::move(*json) : codec::Json();
}

TEST(ReviewJson, TellsEveryImage) {
  kube::Review review;
  review.images.push_back({"spec.containers[0].image", "c", "r.example/a"});
  review.images.push_back({"spec.containers[1].image", "d", "r.example/b"});
  policy::Decision decision;
  decision.reason = Reason::Untrusted;
  policy::Refusal refusal;
  refusal.reason = Reason::Untrusted;
  refusal.field = "spec.containers[1].image";
  refusal.rule = "signed";
  decision.enforced.push_back(refusal);
  decision.notes.emplace_back("a note");

  const auto json = parsed(review_json("Pod a/b", review, decision));
  EXPECT_EQ(*json.find_string("manifest"), "Pod a/b");
  EXPECT_EQ(*json.find_string("verdict"), "denied");
  EXPECT_EQ(*json.find_string("reason"), "UNTRUSTED");
  const auto images = json.find("images")->elements();
  ASSERT_EQ(images.size(), 2U);
  EXPECT_EQ(*images[0].find_string("outcome"), "allow");
  EXPECT_EQ(*images[0].find_string("reason"), "");
  EXPECT_EQ(*images[1].find_string("outcome"), "deny");
  EXPECT_EQ(*images[1].find_string("reason"), "UNTRUSTED");
  EXPECT_EQ(*images[1].find_string("rule"), "signed");
  EXPECT_EQ(json.find("notes")->elements().size(), 1U);
}

TEST(ReviewJson, TellsWhatWasNotJudged) {
  const auto unreadable = parsed(unreadable_json("Pod a/b", {Reason::BadRequest, "no spec"}));
  EXPECT_EQ(*unreadable.find_string("verdict"), "denied");
  EXPECT_EQ(*unreadable.find_string("detail"), "no spec");
  const auto service = parsed(left_json({"Service a/b", "", Left::WithoutPods}));
  EXPECT_EQ(*service.find_string("verdict"), "notJudged");
  EXPECT_EQ(*service.find_string("reason"), "");
  const auto unknown = parsed(left_json({"Rollout a/b", "", Left::Unknown}));
  EXPECT_EQ(*unknown.find_string("reason"), "UNSUPPORTED_RESOURCE");
}

}  // namespace
}  // namespace countersign::app

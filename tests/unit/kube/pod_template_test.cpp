// SPDX-License-Identifier: Apache-2.0
#include "kube/pod_template.h"

#include <gtest/gtest.h>

#include "unit/kube/request.h"

namespace countersign::kube {
namespace {

codec::Json parse(std::string_view text) {
  auto json = codec::Json::parse(text, {.bytes = 1'000}, Reason::Internal);
  EXPECT_TRUE(json) << text;
  return json.value_or(codec::Json());
}

std::string found(const char* kind, const char* api_version, std::string_view object) {
  const Workloads workloads;
  const auto json = parse(object);
  const auto pod = find_pod_template(*workloads.of_kind(api_version, kind), json);
  if (!pod) {
    return std::string(wire_name(pod.error().reason)) + " " + pod.error().detail;
  }
  return pod->pod == nullptr ? "none" : pod->prefix + *pod->pod->find_string("x");
}

TEST(PodTemplate, IsFoundMemberByMember) {
  EXPECT_EQ(found("Pod", "v1", R"({"x":"1"})"), "1");
  EXPECT_EQ(found("PodTemplate", "v1", R"({"template":{"x":"1"}})"), "template.1");
  EXPECT_EQ(
      found("CronJob", "batch/v1", R"({"spec":{"jobTemplate":{"spec":{"template":{"x":"1"}}}}})"),
      "spec.jobTemplate.spec.template.1");
}

TEST(PodTemplate, OnlyAReplicationControllerMayDoWithoutOne) {  // AW-47
  for (const auto* object : {"{}", R"({"spec":null})", R"({"spec":{}})",
                             R"({"spec":{"template":null}})", R"({"spec":{"Template":{}}})"}) {
    EXPECT_EQ(found("ReplicationController", "v1", object), "none") << object;
    EXPECT_TRUE(found("Deployment", "apps/v1", object).starts_with("BAD_REQUEST spec")) << object;
  }
  for (const auto* object :
       {R"({"spec":7})", R"({"spec":{"template":[]}})", R"({"spec":{"template":"x"}})"}) {
    EXPECT_TRUE(found("ReplicationController", "v1", object).starts_with("BAD_REQUEST spec"))
        << object;
  }
  EXPECT_EQ(found("CronJob", "batch/v1", R"({"spec":{"jobTemplate":{"spec":[]}}})"),
            "BAD_REQUEST spec.jobTemplate.spec is not an object");
}

TEST(PodTemplate, OnlyThePodItselfNeedsItsImages) {
  EXPECT_FALSE(PodTemplate{}.may_lack_images());
  EXPECT_TRUE((PodTemplate{.pod = nullptr, .prefix = "template."}.may_lack_images()));
}

TEST(PodTemplate, AReviewWithoutOneIsAllowedWithoutImages) {  // AW-47
  for (const auto* spec : {"{}", R"({"template":null})"}) {
    expect_images(
        changed([&](Request& r) {
          r.kind = R"({"group":"","version":"v1","kind":"ReplicationController"})";
          r.resource = R"({"group":"","version":"v1","resource":"replicationcontrollers"})";
          r.object = R"({"kind":"ReplicationController","spec":)" + std::string(spec) + "}";
        }).text(),
        {}, spec);
  }
}

}  // namespace
}  // namespace countersign::kube

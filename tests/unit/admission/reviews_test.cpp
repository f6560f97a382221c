// SPDX-License-Identifier: Apache-2.0
// Reviews from their JSON to the decision: what an update changes has to be signed, what it leaves
// alone needs nobody, and what a pod says of itself counts for nothing.
#include <gtest/gtest.h>

#include "judged_review.h"

namespace countersign::admission {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

std::string container(std::string_view name, std::string_view image) {
  return R"({"name":")" + std::string(name) + R"(","image":")" + std::string(image) + R"("})";
}

struct Pod {
  std::string containers;
  std::string ephemeral = "";
  std::string metadata = "";

  std::string text() const {
    return R"({"kind":"Pod","apiVersion":"v1","metadata":{)" + metadata +
           R"(},"spec":{"containers":[)" + containers + R"(],"ephemeralContainers":[)" + ephemeral +
           "]}}";
  }
};

kube::Request update(std::string now, std::string before, std::string_view subresource = "") {
  return kube::changed([&](kube::Request& r) {
    r.operation = R"("UPDATE")";
    r.subresource = "\"" + std::string(subresource) + "\"";
    r.object = std::move(now);
    r.old_object = std::move(before);
  });
}

class ReviewsTest : public JudgedReviewTest {
 protected:
  ReviewsTest() {
    sign(acme());
    repositories_ = registry_;
  }

  std::shared_ptr<CountingRepositories> registry_ = std::make_shared<CountingRepositories>(store_);
  const std::string signed_ = reference(image_);
  const std::string unsigned_ =
      reference(store_.push(oci::media_type::kOciManifest, R"({"schemaVersion":2,"x":1})"));
  const std::string web_unsigned_ = container("web", unsigned_);
  const std::string going_ = R"("deletionTimestamp":"2026-02-28T17:00:00Z","finalizers":["x/y"])";
};

TEST_F(ReviewsTest, WhatAnUpdateChangesHasToBeSigned) {
  const auto web_signed = container("web", signed_);
  const std::string debug_unsigned = "spec.ephemeralContainers[0].image SIGNATURE_NOT_FOUND";
  const std::string web = "spec.containers[0].image SIGNATURE_NOT_FOUND";
  const struct {
    const char* name;
    Pod before, now;
    const char* subresource;
    Lines refused;
  } rows[] = {
      // AW-50
      {"signed ephemeral container",
       {web_signed},
       {web_signed, container("debug", signed_)},
       "ephemeralcontainers",
       {}},
      {"unsigned ephemeral container",
       {web_signed},
       {web_signed, container("debug", unsigned_)},
       "ephemeralcontainers",
       {debug_unsigned}},
      {"ephemeral container with the unsigned image that the pod runs",
       {web_unsigned_},
       {web_unsigned_, container("debug", unsigned_)},
       "ephemeralcontainers",
       {debug_unsigned}},
      {"ephemeral container with the unsigned image of another one",
       {web_signed, container("old", unsigned_)},
       {web_signed, container("debug", unsigned_) + "," + container("old", unsigned_)},
       "ephemeralcontainers",
       {debug_unsigned}},
      // AW-52
      {"resize to a signed image", {web_unsigned_}, {web_signed}, "resize", {}},
      {"resize to an unsigned image", {web_signed}, {web_unsigned_}, "resize", {web}},
      // AW-62
      {"under deletion, to an unsigned image",
       {web_signed, "", going_},
       {web_unsigned_, "", going_},
       "",
       {web}},
  };
  for (const auto& row : rows) {
    registry_->opened = 0;
    const auto decision = admit(update(row.now.text(), row.before.text(), row.subresource));
    EXPECT_EQ(refusals(decision), row.refused) << row.name;
    EXPECT_EQ(decision.allowed, row.refused.empty()) << row.name;
    EXPECT_EQ(registry_->opened, 1U) << row.name << ": only what changed is looked at";
  }
}

// Neither a registry nor time is needed: nobody is asked, also when the time is already up.
TEST_F(ReviewsTest, WhatAnUpdateLeavesAloneNeedsNobody) {
  const Pod pod{web_unsigned_, container("debug", unsigned_)};
  const auto with = [&pod](std::string metadata) {
    return Pod{pod.containers, pod.ephemeral, std::move(metadata)};
  };
  const struct {
    const char* name;
    Pod before, now;
    const char* subresource;
  } rows[] = {
      {"nothing", pod, pod, ""},                                            // AW-61
      {"label of a debugged pod", pod, with(R"("labels":{"a":"b"})"), ""},  // AW-51
      {"ephemeral containers, none of them new", pod, pod, "ephemeralcontainers"},
      {"resize", pod, pod, "resize"},                                                       // AW-52
      {"label under deletion", with(going_), with(going_ + R"(,"labels":{"a":"b"})"), ""},  // AW-62
      {"deletion begins", pod, with(going_), ""},
      // AW-63
      {"finalizer removed", with(going_), with(R"("deletionTimestamp":"2026-02-28T17:00:00Z")"),
       ""},
      {"finalizer removed without a deletion", with(R"("finalizers":["x/y"])"), pod, ""},
  };
  for (const auto& row : rows) {
    const auto decision = admit(update(row.now.text(), row.before.text(), row.subresource), 0ms);
    EXPECT_TRUE(decision.allowed) << row.name;
    EXPECT_EQ(refusals(decision), Lines{}) << row.name;
    EXPECT_EQ(registry_->opened, 0U) << row.name;
  }
}

TEST_F(ReviewsTest, OnlyAnOldPodWithTheSameBytesInTheSamePlaceExcusesAnImage) {  // ADM-05
  const auto now = Pod{web_unsigned_}.text();
  const auto repository = std::string(kRepository);
  const auto digest = unsigned_.substr(repository.size());
  const auto web_signed = container("web", signed_);
  const auto with_list = [&](std::string_view list) {
    return kube::pod(R"({"containers":[)" + web_signed + R"(],")" + std::string(list) + R"(":[)" +
                     web_unsigned_ + "]}");
  };
  const struct {
    const char* name;
    std::string before;
  } rows[] = {
      {"the signed image", Pod{web_signed}.text()},
      {"a blank after it", Pod{container("web", unsigned_ + " ")}.text()},
      {"a tag in it", Pod{container("web", repository + ":1" + digest)}.text()},
      {"a port in it", Pod{container("web", "registry.example:443/team/app" + digest)}.text()},
      {"host in upper case", Pod{container("web", "REGISTRY.EXAMPLE/team/app" + digest)}.text()},
      {"another container's", Pod{container("other", unsigned_)}.text()},
      {"beside the signed one", Pod{web_signed + "," + container("other", unsigned_)}.text()},
      {"twice", Pod{web_unsigned_ + "," + web_unsigned_}.text()},
      {"an init container's", with_list("initContainers")},
      {"an ephemeral container's", with_list("ephemeralContainers")},
      {"a volume's",
       kube::pod(R"({"containers":[)" + web_signed +
                 R"(],"volumes":[{"name":"web","image":{"reference":")" + unsigned_ + R"("}}]})")},
      {"a member that only looks like it",
       kube::pod(R"({"containers":[{"name":"web","Image":")" + unsigned_ + R"("}]})")},
      {"outside of the spec",
       R"({"kind":"Pod","apiVersion":"v1","containers":[)" + web_unsigned_ + "]}"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(refusals(admit(update(now, row.before))),
              Lines{"spec.containers[0].image SIGNATURE_NOT_FOUND"})
        << row.name;
  }
  registry_->opened = 0;
  EXPECT_TRUE(admit(update(now, now)).allowed);
  EXPECT_EQ(registry_->opened, 0U);
}

// Every metadata by which some admission controller is told to look away, and what ours could be.
TEST_F(ReviewsTest, NothingThatAPodSaysOfItselfChangesTheVerdict) {  // AW-71
  std::vector<std::string> claims;
  for (const auto* pair :
       {R"("admission.gatekeeper.sh/ignore":"true")", R"("admissions.enforcer/disabled":"true")",
        R"("alpha.image-policy.k8s.io/break-glass":"true")",
        R"("image-policy.k8s.io/break-glass":"true")", R"("control-plane":"true")",
        R"("kubernetes.io/config.mirror":"x")", R"("kubernetes.io/config.source":"file")",
        R"("kubernetes.io/metadata.name":"kube-system")",
        R"("kyverno.io/verify-images":"{\"x\":true}")", R"("policies.kyverno.io/exclude":"true")",
        R"("policy.sigstore.dev/exclude":"true","policy.sigstore.dev/include":"false")",
        R"("securesystemsengineering.connaisseur/webhook":"ignore")",
        R"("webhooks.knative.dev/exclude":"true")", R"("countersign":"skip")",
        R"("countersign/verified":"true")", R"("countersign.dev/exempt":"true")"}) {
    claims.push_back(R"("annotations":{)" + std::string(pair) + "}");
    claims.push_back(R"("labels":{)" + std::string(pair) + "}");
  }
  for (const auto* kind : {"ReplicaSet", "ReplicationController", "StatefulSet", "DaemonSet", "Job",
                           "CronJob", "Deployment", "Node", "Pod", "Rollout"}) {
    claims.push_back(R"("ownerReferences":[{"apiVersion":"apps/v1","kind":")" + std::string(kind) +
                     R"(","name":"web","uid":"1","controller":true}])");
  }
  for (const auto& claim : claims) {
    const auto before = Pod{container("web", signed_), "", claim}.text();
    const auto now = Pod{web_unsigned_, "", claim}.text();
    const Lines refused{"spec.containers[0].image SIGNATURE_NOT_FOUND"};
    const auto create = [](std::string object) {
      return kube::changed([&](kube::Request& r) { r.object = std::move(object); });
    };
    EXPECT_EQ(refusals(admit(create(now))), refused) << claim;
    EXPECT_EQ(refusals(admit(update(now, before))), refused) << claim;
    EXPECT_TRUE(admit(create(before)).allowed) << claim;
  }
}

// REG-94: the node would run what it has under that id, whoever put it there. Workloads come here
// as their pods.
TEST_F(ReviewsTest, NoRuleForImagesAllowsALocalImageId) {
  auto exempt = rule(policy::Action::Allow);
  exempt.images.push_back(*policy::ImagePattern::parse("docker.io/library/*"));
  rules_ = {exempt};
  const auto create = [](std::string_view spec) {
    return kube::changed([&](kube::Request& r) { r.object = kube::pod(spec); });
  };
  EXPECT_TRUE(admit(create(R"({"containers":[{"name":"web","image":"sha256"}]})")).allowed);
  for (const std::string& id :
       {"sha256:" + std::string(64, 'a'), std::string("sha256:abc"), std::string(64, 'a')}) {
    const auto image = R"("image":")" + id + R"("}])";
    const auto web = R"("containers":[{"name":"web","image":"nginx"}])";
    const struct {
      std::string spec;
      const char* field;
    } rows[] = {
        {R"({"containers":[{"name":"web",)" + image + "}", "spec.containers[0].image"},
        {"{" + std::string(web) + R"(,"initContainers":[{"name":"x",)" + image + "}",
         "spec.initContainers[0].image"},
        {"{" + std::string(web) + R"(,"ephemeralContainers":[{"name":"x",)" + image + "}",
         "spec.ephemeralContainers[0].image"},
        {"{" + std::string(web) + R"(,"volumes":[{"name":"x","image":{"reference":")" + id +
             R"("}}]})",
         "spec.volumes[0].image.reference"},
    };
    for (const auto& row : rows) {
      EXPECT_EQ(refusals(admit(create(row.spec))),
                Lines{std::string(row.field) + " LOCAL_IMAGE_ID"})
          << id;
    }
  }
  EXPECT_EQ(registry_->opened, 0U);
}

}  // namespace
}  // namespace countersign::admission

// SPDX-License-Identifier: Apache-2.0
#include "app/workload.h"

#include <gtest/gtest.h>

#include "countersign/kube/admission_review.h"

namespace countersign::app {
namespace {

std::vector<ManifestReview> reviews(std::string_view text, const kube::Workloads& workloads = {}) {
  const auto documents = parse_documents(text);
  if (!documents) {
    ADD_FAILURE() << documents.error().detail;
    return {};
  }
  std::vector<ManifestReview> all;
  for (const auto& document : *documents) {
    std::ranges::move(manifest_reviews(document, "default", workloads), std::back_inserter(all));
  }
  return all;
}

// Every field with its image, where the document has it.
std::string images(const ManifestReview& manifest, const kube::Workloads& workloads = {}) {
  const auto review = kube::parse_review(manifest.json, workloads);
  if (!review) {
    return "refused: " + std::string(wire_name(review.error().error.reason));
  }
  std::string images;
  for (const auto& use : review->images) {
    images += use.field + "=" + use.image + " ";
  }
  return images;
}

constexpr std::string_view kPodSpec =
    "{initContainers: [{name: i, image: one}], containers: [{name: c, image: two}], "
    "volumes: [{name: v, image: {reference: three}}]}";

TEST(Workload, MakesTheReviewOfThatVeryResource) {  // ADM-12, AW-44, AW-46
  struct Row {
    const char* kind;
    const char* api_version;
    const char* prefix;
    const char* resource;
  };
  for (const auto& row : {
           Row{"Pod", "v1", "", "pods"},
           Row{"PodTemplate", "v1", "template.", "podtemplates"},
           Row{"ReplicationController", "v1", "spec.template.", "replicationcontrollers"},
           Row{"Deployment", "apps/v1", "spec.template.", "deployments.apps"},
           Row{"ReplicaSet", "apps/v1", "spec.template.", "replicasets.apps"},
           Row{"StatefulSet", "apps/v1", "spec.template.", "statefulsets.apps"},
           Row{"DaemonSet", "apps/v1", "spec.template.", "daemonsets.apps"},
           Row{"Job", "batch/v1", "spec.template.", "jobs.batch"},
           Row{"CronJob", "batch/v1", "spec.jobTemplate.spec.template.", "cronjobs.batch"},
       }) {
    std::string text = "spec: " + std::string(kPodSpec);
    std::string_view path = row.prefix;
    while (!path.empty()) {  // from the inside out
      path.remove_suffix(1);
      const auto dot = path.rfind('.');
      const auto name = path.substr(dot == std::string_view::npos ? 0 : dot + 1);
      text = std::string(name) + ": {" + text + "}";
      path = path.substr(0, dot == std::string_view::npos ? 0 : dot + 1);
    }
    const auto found = reviews("{apiVersion: " + std::string(row.api_version) +
                               ", kind: " + row.kind + ", metadata: {name: web}, " + text + "}");
    ASSERT_EQ(found.size(), 1U) << row.kind;
    EXPECT_EQ(found[0].title, std::string(row.kind) + " default/web");
    const std::string prefix = row.prefix;
    const auto review = kube::parse_review(found[0].json, {});
    ASSERT_TRUE(review) << row.kind;
    EXPECT_EQ(review->resource, row.resource);
    EXPECT_EQ(review->name_space + "/" + review->name, "default/web");
    EXPECT_EQ(images(found[0]), prefix + "spec.containers[0].image=two " + prefix +
                                    "spec.initContainers[0].image=one " + prefix +
                                    "spec.volumes[0].image.reference=three ")
        << row.kind;
  }
}

TEST(Workload, ReadsListsStreamsAndJson) {
  const std::string pod = R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},)"
                          R"("spec":{"containers":[{"name":"c","image":"x"}]}})";
  EXPECT_EQ(reviews(pod).size(), 1U);
  EXPECT_EQ(reviews("# comment\n---\n" + pod + "\n---\n" + pod + "\n").size(), 2U);
  EXPECT_EQ(
      reviews(R"({"apiVersion":"v1","kind":"List","items":[)" + pod + "," + pod + "]}").size(), 2U);
  EXPECT_EQ(images(reviews(pod)[0]), "spec.containers[0].image=x ");
}

TEST(Workload, TakesTheNamespaceOfTheManifest) {
  const auto found = reviews(
      "{apiVersion: v1, kind: Pod, metadata: {generateName: web-, namespace: shop}, "
      "spec: {containers: [{name: c, image: x}]}}");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].title, "Pod shop/web-*");
  EXPECT_EQ(kube::parse_review(found[0].json, {})->name_space, "shop");
}

TEST(Workload, PassesAnAdmissionReviewOn) {
  const auto found = reviews(
      R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u",)"
      R"("kind":{"group":"","version":"v1","kind":"Pod"},"resource":{"group":"","version":"v1",)"
      R"("resource":"pods"},"operation":"CREATE","namespace":"n","object":{"apiVersion":"v1",)"
      R"("kind":"Pod","spec":{"containers":[{"name":"c","image":"x"}]}}}})");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(images(found[0]), "spec.containers[0].image=x ");
}

TEST(Workload, AReplicationControllerNeedsNoTemplate) {  // AW-47
  for (const auto* spec : {"{template: null}", "{replicas: 0}"}) {
    const auto found =
        reviews("{apiVersion: v1, kind: ReplicationController, spec: " + std::string(spec) + "}");
    ASSERT_EQ(found.size(), 1U) << spec;
    EXPECT_EQ(images(found[0]), "") << spec;
  }
}

TEST(Workload, KnowsWhatIsConfigured) {
  kube::Workloads workloads;
  ASSERT_TRUE(workloads.add({.group = "argoproj.io",
                             .version = "v1alpha1",
                             .resource = "rollouts",
                             .kind = "Rollout",
                             .path = *kube::TemplatePath::parse("spec.template")}));
  const auto* const rollout =
      "{apiVersion: argoproj.io/v1alpha1, kind: Rollout, "
      "spec: {template: {spec: {containers: [{name: c, image: x}]}}}}";
  const auto found = reviews(rollout, workloads);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(images(found[0], workloads), "spec.template.spec.containers[0].image=x ");
  EXPECT_EQ(reviews(rollout)[0].left, Left::Unknown);
}

TEST(Workload, LeavesAloneWhatHasNoPods) {
  for (const auto* text : {
           "{apiVersion: v1, kind: Service, metadata: {name: a}}",
           "{apiVersion: batch.volcano.sh/v1alpha1, kind: Job, spec: {}}",
       }) {
    const auto found = reviews(text);
    ASSERT_EQ(found.size(), 1U) << text;
    EXPECT_TRUE(found[0].json.empty()) << text;
    EXPECT_EQ(found[0].left, Left::WithoutPods) << text;
  }
}

TEST(Workload, DoesNotTakeAnUnknownKindForOneWithoutPods) {
  for (const auto* text : {
           "{apiVersion: v1beta1, kind: Pod, spec: {containers: [{name: a, image: b}]}}",
           "{apiVersion: apps/v1, kind: Deploymnet, spec: {template: {spec: {containers: []}}}}",
           "{apiVersion: argoproj.io/v1alpha1, kind: Workflow, spec: {templates: "
           "[{initContainers: [{image: b}]}]}}",
           "{kind: Service}",
           "{apiVersion: v1}",
           "{apiVersion: v1, kind: List, items: {containers: []}}",
           "text",
           "[]",
       }) {
    const auto found = reviews(text);
    ASSERT_EQ(found.size(), 1U) << text;
    EXPECT_TRUE(found[0].json.empty()) << text;
    EXPECT_EQ(found[0].left, Left::Unknown) << text;
  }
}

TEST(Workload, NeverTakesAnUnreadablePodForOneWithoutImages) {  // ADM-14
  for (const auto* spec : {"[]", "{}", "{containers: {}}", "{containers: []}",
                           "{containers: [{name: c, image: 1.10}]}"}) {
    const auto found = reviews("{apiVersion: apps/v1, kind: Deployment, spec: {template: {spec: " +
                               std::string(spec) + "}}}");
    ASSERT_EQ(found.size(), 1U) << spec;
    EXPECT_EQ(images(found[0]), "refused: BAD_REQUEST") << spec;
  }
}

TEST(Workload, NamesTheLineOfWhatIsNoYaml) {
  for (const auto* text : {"a: [\n", "a: 1\na: 2\n", "{\"a\":1,\"a\":2}", "{\"a\":"}) {
    const auto documents = parse_documents(text);
    ASSERT_FALSE(documents) << text;
    EXPECT_EQ(documents.error().reason, Reason::BadRequest) << text;
  }
}

}  // namespace
}  // namespace countersign::app

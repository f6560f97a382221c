// SPDX-License-Identifier: Apache-2.0
#include "app/workload.h"

#include <gtest/gtest.h>

#include "countersign/kube/admission_review.h"

namespace countersign::app {
namespace {

std::vector<PodReview> reviews(std::string_view text) {
  const auto documents = parse_documents(text);
  if (!documents) {
    ADD_FAILURE() << documents.error().detail;
    return {};
  }
  std::vector<PodReview> all;
  for (const auto& document : *documents) {
    std::ranges::move(pod_reviews(document, "default"), std::back_inserter(all));
  }
  return all;
}

// Every field with its image, where the document has it.
std::string images(const PodReview& pod) {
  const auto review = kube::parse_review(pod.json);
  if (!review) {
    return "refused: " + std::string(wire_name(review.error().error.reason));
  }
  std::string images;
  for (const auto& use : review->images) {
    images += pod.prefix + use.field + "=" + use.image + " ";
  }
  return images;
}

constexpr std::string_view kPodSpec =
    "{initContainers: [{name: i, image: one}], containers: [{name: c, image: two}], "
    "volumes: [{name: v, image: {reference: three}}]}";

TEST(Workload, FindsThePodOfEveryKind) {  // ADM-12, AW-44, AW-46
  struct Row {
    const char* kind;
    const char* api_version;
    const char* prefix;
    const char* closing;
  };
  for (const auto& row : {
           Row{"Pod", "v1", "", ""},
           Row{"PodTemplate", "v1", "template.", ""},
           Row{"ReplicationController", "v1", "spec.template.", ""},
           Row{"Deployment", "apps/v1", "spec.template.", ""},
           Row{"ReplicaSet", "apps/v1", "spec.template.", ""},
           Row{"StatefulSet", "apps/v1", "spec.template.", ""},
           Row{"DaemonSet", "apps/v1", "spec.template.", ""},
           Row{"Job", "batch/v1", "spec.template.", ""},
           Row{"CronJob", "batch/v1", "spec.jobTemplate.spec.template.", ""},
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
  EXPECT_EQ(kube::parse_review(found[0].json)->name_space, "shop");
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

TEST(Workload, LeavesAloneWhatHasNoPods) {  // AW-47
  for (const auto* text : {
           "{apiVersion: v1, kind: Service, metadata: {name: a}}",
           "{apiVersion: batch.volcano.sh/v1alpha1, kind: Job, spec: {}}",
           "{apiVersion: v1, kind: ReplicationController, spec: {template: null}}",
           "{apiVersion: v1, kind: ReplicationController, spec: {replicas: 0}}",
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
                           "{containers: [{name: c, image: 1.10}]}", "{containers: [{name: c}]}"}) {
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

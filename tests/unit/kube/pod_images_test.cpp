// SPDX-License-Identifier: Apache-2.0
#include "kube/pod_images.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "unit/kube/request.h"

namespace countersign::kube {
namespace {

codec::Json parse(const std::string& text) {
  auto json = codec::Json::parse(
      text, {.bytes = limits::kReviewBytes, .depth = 16, .nodes = limits::kJsonNodes},
      Reason::Internal);
  EXPECT_TRUE(json) << text.substr(0, 200);
  return json.value_or(codec::Json());
}

Result<PodImages> read(const std::string& spec, const std::string& prefix = {}) {
  const auto json = parse(R"({"spec":)" + spec + "}");
  return read_pod_images({.pod = &json, .prefix = prefix});
}

// A list beside a container that makes the pod a pod.
std::string with(const std::string& list) {
  return R"({"containers":[{"name":"c","image":"good"}],)" + list + "}";
}

TEST(PodImages, EveryFieldThatNamesBytesIsRead) {
  const auto pod = read(R"({
      "containers":[{"name":"a","image":"1"},{"name":"b","image":"2"}],
      "initContainers":[{"name":"i","image":"3"},
                        {"name":"sidecar","image":"4","restartPolicy":"Always"}],
      "ephemeralContainers":[{"name":"debug","image":"5","targetContainerName":"a"}],
      "volumes":[{"name":"tmp","emptyDir":{}},{"name":"none","image":null},
                 {"name":"model","image":{"reference":"6","pullPolicy":"Always"}}],
      "imagePullSecrets":[{"name":"s"}]})");
  ASSERT_TRUE(pod) << pod.error().detail;
  std::vector<std::string> lines;
  for (const auto& use : all_images(*pod)) {
    lines.push_back(use.field + " " + use.container + " " + use.image);
  }
  EXPECT_EQ(lines, (std::vector<std::string>{
                       "spec.containers[0].image a 1", "spec.containers[1].image b 2",
                       "spec.initContainers[0].image i 3", "spec.initContainers[1].image sidecar 4",
                       "spec.ephemeralContainers[0].image debug 5",
                       "spec.volumes[2].image.reference model 6"}));
}

TEST(PodImages, AbsentAndNullListsAreEmpty) {
  EXPECT_EQ(all_images(read(with(R"("x":1)")).value()).size(), 1U);
  const auto pod = read(with(R"("initContainers":null,"ephemeralContainers":null,"volumes":null)"));
  ASSERT_TRUE(pod) << pod.error().detail;
  EXPECT_EQ(all_images(*pod).size(), 1U);
}

TEST(PodImages, WhatKubernetesWouldNotStoreIsRefusedByItsPath) {  // AW-18, AW-45
  const struct {
    std::string spec;
    const char* path;
  } rows[] = {
      {R"({"containers":{}})", "spec.containers "},
      {R"({"containers":"x"})", "spec.containers "},
      {R"({"containers":[null]})", "spec.containers[0] "},
      {R"({"containers":[{"image":"x"},[]]})", "spec.containers[1] "},
      {R"({"containers":[{"image":1}]})", "spec.containers[0].image "},
      {R"({"containers":[{"image":null}]})", "spec.containers[0].image "},
      {R"({"containers":[{"image":["x"]}]})", "spec.containers[0].image "},
      {R"({"containers":[{"image":""}]})", "spec.containers[0].image "},
      {R"({"containers":[{"name":"a"}]})", "spec.containers[0].image "},
      {R"({"containers":[{"Image":"x"}]})", "spec.containers[0].image "},
      {R"({"containers":[{"image":"x","name":1}]})", "spec.containers[0].image "},
      {with(R"("initContainers":{})"), "spec.initContainers "},
      {with(R"("initContainers":[{"image":"x"},{}])"), "spec.initContainers[1].image "},
      {with(R"("ephemeralContainers":[{"name":"e"}])"), "spec.ephemeralContainers[0].image "},
      {with(R"("volumes":{})"), "spec.volumes "},
      {with(R"("volumes":["x"])"), "spec.volumes[0] "},
      {with(R"("volumes":[{"image":"x"}])"), "spec.volumes[0].image "},
      {with(R"("volumes":[{"image":[]}])"), "spec.volumes[0].image "},
      {with(R"("volumes":[{"image":{}}])"), "spec.volumes[0].image.reference "},
      {with(R"("volumes":[{"image":{"reference":null}}])"), "spec.volumes[0].image.reference "},
      {with(R"("volumes":[{"image":{"reference":""}}])"), "spec.volumes[0].image.reference "},
      {with(R"("volumes":[{"image":{"reference":7}}])"), "spec.volumes[0].image.reference "},
  };
  for (const auto& row : rows) {
    const auto pod = read(row.spec);
    ASSERT_FALSE(pod) << row.spec;
    EXPECT_EQ(pod.error().reason, Reason::BadRequest) << row.spec;
    EXPECT_NE(pod.error().detail.find(row.path), std::string::npos)
        << row.spec << ": " << pod.error().detail;
  }
}

TEST(PodImages, ATemplateMayLeaveImagesOut) {  // AW-45, AW-48
  const std::string spec = R"({"containers":[{"name":"a"},{"name":"b","image":""},
      {"name":"c","image":null},{"name":"d","image":"x"}],"initContainers":[{"name":"i"}],
      "volumes":[{"name":"u","image":{}},{"name":"v","image":{"reference":""}},
                 {"name":"w","image":{"reference":null}},{"name":"y","image":{"reference":"z"}}]})";
  const auto pod = read(spec, "spec.template.");
  ASSERT_TRUE(pod) << pod.error().detail;
  EXPECT_EQ(pod->containers.size(), 4U);
  const auto images = all_images(*pod);
  ASSERT_EQ(images.size(), 2U);
  EXPECT_EQ(images[0].field, "spec.template.spec.containers[3].image");
  EXPECT_EQ(images[1].field, "spec.template.spec.volumes[3].image.reference");
  EXPECT_EQ(read(spec).error().reason, Reason::BadRequest);
  for (const auto* wrong :
       {R"({"containers":[{"image":1}]})", R"({"containers":[{"image":{}}]})",
        R"({"containers":[]})", R"({})", R"({"containers":[{"volumes":1}],"volumes":{}})"}) {
    const auto refused = read(wrong, "spec.template.");
    ASSERT_FALSE(refused) << wrong;
    EXPECT_EQ(refused.error().reason, Reason::BadRequest) << wrong;
    EXPECT_TRUE(refused.error().detail.starts_with("spec.template.spec."))
        << refused.error().detail;
  }
}

TEST(PodImages, AnEmptySlotIsStillASlot) {
  const auto pod = [](const std::string& first, const std::string& second) {
    return *read(R"({"containers":[{"name":"a","image":")" + first + R"("},{"name":"b","image":")" +
                     second + R"("}]})",
                 "spec.template.");
  };
  EXPECT_EQ(changed_images(pod("", "y"), pod("", "y")).size(), 0U);
  EXPECT_EQ(changed_images(pod("x", "y"), pod("", "y")).size(), 1U);
  EXPECT_EQ(changed_images(pod("", "y"), pod("x", "y")).size(), 0U);
  EXPECT_EQ(changed_images(pod("", "y"), pod("y", "")).size(), 1U);
}

TEST(PodImages, NoTemplateHasNoSlots) {  // AW-47
  const auto none = read_pod_images({.pod = nullptr, .prefix = "spec.template."});
  ASSERT_TRUE(none);
  EXPECT_TRUE(all_images(*none).empty());
}

TEST(PodImages, NamesDoNotReachIntoPaths) {  // AW-49
  const auto pod = read(R"({"containers":[{"name":"a.b[0]","image":"x"},{"name":"\"","image":"x"},
      {"name":"a.b[0]","image":"y"}]})");
  ASSERT_TRUE(pod) << pod.error().detail;
  EXPECT_EQ(pod->containers[0].field, "spec.containers[0].image");
  EXPECT_EQ(pod->containers[0].container, "a.b[0]");
  EXPECT_EQ(pod->containers[1].container, "\"");
  EXPECT_EQ(pod->containers[2].field, "spec.containers[2].image");
}

TEST(PodImages, ImagesAreKeptAsWritten) {
  const auto pod = read(R"({"containers":[{"name":"c","image":" \u001b[31mX\n\u202e "}]})");
  ASSERT_TRUE(pod) << pod.error().detail;
  EXPECT_EQ(pod->containers[0].image, " \x1B[31mX\n\xE2\x80\xAE ");
}

TEST(PodImages, HasNoMoreImagesThanTheLimit) {
  const auto list = [](std::size_t count) {
    std::string elements;
    for (std::size_t index = 0; index < count; ++index) {
      elements.append(index == 0 ? "" : ",").append(R"({"image":"x"})");
    }
    return "[" + elements + "]";
  };
  const auto spec = [&list](std::size_t containers, std::size_t inits) {
    return R"({"containers":)" + list(containers) + R"(,"initContainers":)" + list(inits) + "}";
  };
  EXPECT_TRUE(read(spec(limits::kImageUsesPerReview - 5, 5)));
  for (const auto& [containers, inits] :
       {std::pair{limits::kImageUsesPerReview + 1, std::size_t{0}},
        std::pair{limits::kImageUsesPerReview - 5, std::size_t{6}}}) {
    const auto pod = read(spec(containers, inits));
    ASSERT_FALSE(pod);
    EXPECT_EQ(pod.error().reason, Reason::TooManyImages);
  }
}

TEST(PodImages, AnEmptyPodChangesNothingOfAnother) {
  const auto pod = read(with(R"("volumes":[{"name":"v","image":{"reference":"x"}}])")).value();
  EXPECT_EQ(changed_images(pod, pod).size(), 0U);
  EXPECT_EQ(changed_images(pod, PodImages()).size(), 2U);
  EXPECT_EQ(changed_images(PodImages(), pod).size(), 0U);
}

// Kubernetes must be able to take finalizers and labels off a pod while its registry is away, and
// no old pod may excuse a new image.
TEST(PodImages, AnUpdateIsJudgedWhereItChanges) {
  const std::string old = R"({"containers":[{"name":"a","image":"x"},{"name":"b","image":"y"}],
      "initContainers":[{"name":"i","image":"x"},{"name":"j","image":"y"}],
      "ephemeralContainers":[{"name":"e","image":"x"}],
      "volumes":[{"name":"v","image":{"reference":"x"}}]})";
  const auto update = [&old](std::string_view from, std::string_view to) {
    auto now = old;
    if (!from.empty()) {
      now.replace(now.find(from), from.size(), to);
    }
    return changed([&](Request& r) {
      r.operation = R"("UPDATE")";
      r.object = pod(now);
      r.old_object = pod(old);
    });
  };
  const std::string containers = R"([{"name":"a","image":"x"},{"name":"b","image":"y"}])";
  const std::string inits = R"([{"name":"i","image":"x"},{"name":"j","image":"y"}])";
  const struct {
    const char* name;
    Request request;
    std::vector<std::string> fields;
  } rows[] = {
      {"nothing", update("", ""), {}},
      {"labels only", update(R"({"containers")", R"({"hostname":"h","containers")"), {}},
      {"one image",
       update(R"("b","image":"y")", R"("b","image":"z")"),
       {"spec.containers[1].image"}},
      {"the image of a neighbour",
       update(R"("b","image":"y")", R"("b","image":"x")"),
       {"spec.containers[1].image"}},
      {"images swapped",  // AW-64
       update(containers, R"([{"name":"a","image":"y"},{"name":"b","image":"x"}])"),
       {"spec.containers[0].image", "spec.containers[1].image"}},
      {"init containers reordered",  // AW-65
       update(inits, R"([{"name":"j","image":"y"},{"name":"i","image":"x"}])"),
       {"spec.initContainers[0].image", "spec.initContainers[1].image"}},
      {"container renamed", update(R"("name":"a")", R"("name":"c")"), {"spec.containers[0].image"}},
      {"container added",  // AW-65
       update(containers,
              R"([{"name":"a","image":"x"},{"name":"b","image":"y"},{"name":"c","image":"x"}])"),
       {"spec.containers[0].image", "spec.containers[1].image", "spec.containers[2].image"}},
      {"container removed",
       update(containers, R"([{"name":"a","image":"x"}])"),
       {"spec.containers[0].image"}},
      {"digest added",  // AW-66
       update(R"("a","image":"x")", R"("a","image":"x@sha256:00")"),
       {"spec.containers[0].image"}},
      {"blank added",
       update(R"("a","image":"x")", R"("a","image":"x ")"),
       {"spec.containers[0].image"}},
      {"ephemeral container with a known image",  // it may never have been judged
       update(R"([{"name":"e","image":"x"}])",
              R"([{"name":"e","image":"x"},{"name":"f","image":"x"}])"),
       {"spec.ephemeralContainers[1].image"}},
      {"ephemeral containers in another order",
       update(R"([{"name":"e","image":"x"}])",
              R"([{"name":"f","image":"z"},{"name":"e","image":"x"}])"),
       {"spec.ephemeralContainers[0].image"}},
      {"one name twice",
       update(R"([{"name":"e","image":"x"}])",
              R"([{"name":"e","image":"x"},{"name":"e","image":"x"}])"),
       {"spec.ephemeralContainers[0].image", "spec.ephemeralContainers[1].image"}},
      {"volume",
       update(R"("reference":"x")", R"("reference":"z")"),
       {"spec.volumes[0].image.reference"}},
  };
  for (const auto& row : rows) {
    expect_images(row.request.text(), row.fields, row.name);
  }
}

// Nor does anything else that the pod says of itself.
TEST(PodImages, DeletionAndOwnersExcuseNothing) {
  const auto dying = [](std::string_view image) {
    return R"({"metadata":{"deletionTimestamp":"2026-11-24T17:00:00Z","finalizers":["x"],
        "ownerReferences":[{"kind":"ReplicaSet","controller":true}],
        "annotations":{"kubernetes.io/config.mirror":"x"}},
        "spec":{"containers":[{"name":"web","image":")" +
           std::string(image) + R"("}]}})";
  };
  const auto update = [&dying](std::string_view image) {
    return changed([&](Request& r) {
             r.operation = R"("UPDATE")";
             r.object = dying(image);
             r.old_object = dying("old");
           })
        .text();
  };
  expect_images(update("old"), {}, "finalizer removed");
  expect_images(update("new"), {"spec.containers[0].image"}, "another image");
  expect_images(changed([&](Request& r) { r.object = dying("new"); }).text(),
                {"spec.containers[0].image"}, "created");
}

// Whoever scales, pauses or notes a Deployment that was there before the policy is left in peace;
// only the template counts. AW-68
TEST(PodImages, AnUpdateOfAWorkloadIsJudgedWhereItsTemplateChanges) {
  const auto deployment = [](const std::string& annotation, const std::string& replicas,
                             const std::string& image) {
    return R"({"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"web",
        "annotations":{"note":")" +
           annotation + R"("}},"spec":{"replicas":)" + replicas +
           R"(,"paused":false,"template":{"metadata":{"annotations":{"restartedAt":")" +
           annotation + R"("}},"spec":{"containers":[{"name":"a","image":"x"},
        {"name":"b","image":")" +
           image + R"("}]}}}})";
  };
  const auto update = [&](const std::string& now) {
    return changed([&](Request& r) {
             r.kind = R"({"group":"apps","version":"v1","kind":"Deployment"})";
             r.resource = R"({"group":"apps","version":"v1","resource":"deployments"})";
             r.operation = R"("UPDATE")";
             r.object = now;
             r.old_object = deployment("old", "1", "y");
           })
        .text();
  };
  expect_images(update(deployment("old", "5", "y")), {}, "scaled");
  expect_images(update(deployment("new", "1", "y")), {}, "annotated, restarted");
  auto paused = deployment("old", "1", "y");
  expect_images(update(paused.replace(paused.find("false"), 5, "true")), {}, "paused");
  expect_images(update(deployment("old", "1", "z")), {"spec.template.spec.containers[1].image"},
                "another image");
  expect_images(
      changed([&](Request& r) {
        r.kind = R"({"group":"apps","version":"v1","kind":"Deployment"})";
        r.resource = R"({"group":"apps","version":"v1","resource":"deployments"})";
        r.operation = R"("UPDATE")";
        r.object = deployment("old", "1", "y");
        r.old_object = r.object;
        r.old_object.replace(r.old_object.find("template"), 8, "temptale");
      }).text(),
      {"spec.template.spec.containers[0].image", "spec.template.spec.containers[1].image"},
      "no template before");
}

TEST(PodImages, AnUpdateWithoutAReadableOldPodIsAllNew) {  // AW-67
  for (const std::string& old :
       {std::string("null"), std::string("[]"), std::string("{}"), std::string(R"("x")"),
        pod("null"), pod(R"({"containers":7})"),
        pod(R"({"containers":[{"name":"web","image":"a.io/web:1"}],"volumes":7})")}) {
    const auto request = changed([&old](Request& r) {
      r.operation = R"("UPDATE")";
      r.old_object = old;
    });
    expect_images(request.text(), {"spec.containers[0].image"}, old);
  }
}

TEST(PodImages, OnlyAnUpdateHasAnOldPod) {
  const auto request = changed([](Request& r) { r.old_object = r.object; });
  expect_images(request.text(), {"spec.containers[0].image"}, "create");
}

TEST(PodImages, APodRestoredFromACheckpointIsRefusedWhenItIsNew) {
  const auto restored = pod(R"({"restoreFrom":{"checkpoint":"c"},
      "containers":[{"name":"web","image":"a.io/web:1"}]})");
  const auto create = parse_review(changed([&](Request& r) { r.object = restored; }).text(), {});
  ASSERT_FALSE(create);
  EXPECT_EQ(create.error().error.reason, Reason::BadRequest);
  const auto turned = parse_review(changed([&](Request& r) {
                                     r.operation = R"("UPDATE")";
                                     r.old_object = r.object;
                                     r.object = restored;
                                   }).text(),
                                   {});
  EXPECT_FALSE(turned);
  expect_images(changed([&](Request& r) {
                  r.operation = R"("UPDATE")";
                  r.object = restored;
                  r.old_object = restored;
                }).text(),
                {}, "label of a restored pod");
}

}  // namespace
}  // namespace countersign::kube

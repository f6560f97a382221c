// SPDX-License-Identifier: Apache-2.0
#include "countersign/kube/workloads.h"

#include <map>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "unit/kube/request.h"

namespace countersign::kube {
namespace {

Workload rollout() {
  return {.group = "argoproj.io",
          .version = "v1alpha1",
          .resource = "rollouts",
          .kind = "Rollout",
          .path = *TemplatePath::parse("spec.template")};
}

TEST(Workloads, KnowsWhatKubernetesMakesPodsOf) {
  const Workloads workloads;
  std::map<std::string, std::string> prefixes;
  for (const auto& each : workloads.all()) {
    prefixes.emplace(each.api_version() + "/" + each.resource + " " + each.kind,
                     each.path.prefix());
  }
  EXPECT_EQ(prefixes, (std::map<std::string, std::string>{
                          {"v1/pods Pod", ""},
                          {"v1/podtemplates PodTemplate", "template."},
                          {"v1/replicationcontrollers ReplicationController", "spec.template."},
                          {"apps/v1/deployments Deployment", "spec.template."},
                          {"apps/v1/replicasets ReplicaSet", "spec.template."},
                          {"apps/v1/statefulsets StatefulSet", "spec.template."},
                          {"apps/v1/daemonsets DaemonSet", "spec.template."},
                          {"batch/v1/jobs Job", "spec.template."},
                          {"batch/v1/cronjobs CronJob", "spec.jobTemplate.spec.template."}}));
}

TEST(Workloads, AreFoundByAllOfTheirNames) {
  const Workloads workloads;
  EXPECT_EQ(workloads.of_resource("apps", "v1", "deployments")->kind, "Deployment");
  EXPECT_EQ(workloads.of_kind("batch/v1", "Job")->resource, "jobs");
  EXPECT_EQ(workloads.of_kind("v1", "Pod")->is_pod(), true);
  EXPECT_EQ(workloads.of_resource("", "v1", "deployments"), nullptr);
  EXPECT_EQ(workloads.of_resource("apps", "v2", "deployments"), nullptr);
  EXPECT_EQ(workloads.of_resource("apps", "v1", "Deployments"), nullptr);
  EXPECT_EQ(workloads.of_kind("batch.volcano.sh/v1alpha1", "Job"), nullptr);
  EXPECT_EQ(workloads.of_kind("apps/v1", "deployment"), nullptr);
  EXPECT_EQ(workloads.of_kind("", ""), nullptr);
}

TEST(Workloads, MoreCanBeAddedOnce) {
  Workloads workloads;
  ASSERT_TRUE(workloads.add(rollout()));
  EXPECT_EQ(workloads.of_kind("argoproj.io/v1alpha1", "Rollout")->resource, "rollouts");
  EXPECT_EQ(workloads.add(rollout()).error().reason, Reason::BadConfig);
  auto other = rollout();
  other.resource = "rollouts2";
  EXPECT_FALSE(workloads.add(other)) << "the kind is there";
  other.kind = "Rollout2";
  EXPECT_TRUE(workloads.add(other));
  for (auto member : {&Workload::version, &Workload::resource, &Workload::kind}) {
    auto nameless = rollout();
    nameless.group = "other.io";
    (nameless.*member).clear();
    EXPECT_FALSE(workloads.add(nameless));
  }
  auto pod = rollout();
  pod.group = "other.io";
  pod.path = {};
  EXPECT_FALSE(workloads.add(pod)) << "only a pod is its own template";
}

TEST(Workloads, APathIsOneOfMemberNames) {
  EXPECT_EQ(TemplatePath::parse("spec.jobTemplate.spec.template")->prefix(),
            "spec.jobTemplate.spec.template.");
  EXPECT_EQ(TemplatePath::parse("template")->prefix(), "template.");
  const std::string long_name(limits::kTemplatePathBytes, 'a');
  EXPECT_TRUE(TemplatePath::parse(long_name));
  std::string many = "a";
  for (std::size_t count = 1; count < limits::kTemplatePathNames; ++count) {
    many += ".a";
  }
  EXPECT_TRUE(TemplatePath::parse(many));
  for (const auto& text :
       {std::string(), std::string("."), std::string("a."), std::string(".a"), std::string("a..b"),
        std::string("spec.templates[*]"), std::string("spec.templates[0]"), std::string("*"),
        std::string("a b"), std::string("/spec/template"), std::string("1a"), long_name + "a",
        many + ".a"}) {
    const auto path = TemplatePath::parse(text);
    ASSERT_FALSE(path) << text;
    EXPECT_EQ(path.error().reason, Reason::BadConfig) << text;
  }
}

// Every place of an image, in every resource that has one. AW-44, AW-46, ADM-12
TEST(Workloads, EveryImageOfEveryResourceIsFound) {
  Workloads workloads;
  ASSERT_TRUE(workloads.add(rollout()));
  for (const auto& workload : workloads.all()) {
    std::string object = R"("spec":{"containers":[{"name":"a","image":"1"},
        {"name":"b","image":"2"},{"name":"c","image":"3"}],
        "initContainers":[{"name":"i","image":"4"},
                          {"name":"s","image":"5","restartPolicy":"Always"}],
        "volumes":[{"name":"t","emptyDir":{}},{"name":"v","image":{"reference":"6"}}]})";
    const auto& names = workload.path.names();
    for (auto name = names.rbegin(); name != names.rend(); ++name) {
      object = "\"" + *name + "\":{" + object + "}";
    }
    const auto request = changed([&](Request& r) {
      r.kind = R"({"group":")" + workload.group + R"(","version":")" + workload.version +
               R"(","kind":")" + workload.kind + R"("})";
      r.resource = R"({"group":")" + workload.group + R"(","version":")" + workload.version +
                   R"(","resource":")" + workload.resource + R"("})";
      r.object = R"({"kind":")" + workload.kind + R"(","apiVersion":")" + workload.api_version() +
                 "\"," + object + "}";
    });
    const auto review = parse_review(request.text(), workloads);
    ASSERT_TRUE(review) << workload.kind << ": " << review.error().error.detail;
    std::string found;
    for (const auto& use : review->images) {
      EXPECT_TRUE(use.field.starts_with(workload.path.prefix() + "spec.")) << use.field;
      found += use.field.substr(workload.path.prefix().size()) + "=" + use.image + " ";
    }
    EXPECT_EQ(found,
              "spec.containers[0].image=1 spec.containers[1].image=2 spec.containers[2].image=3 "
              "spec.initContainers[0].image=4 spec.initContainers[1].image=5 "
              "spec.volumes[1].image.reference=6 ")
        << workload.kind;
  }
  EXPECT_FALSE(
      parse_review(changed([](Request& r) {
                     r.kind = R"({"group":"argoproj.io","version":"v1alpha1","kind":"Rollout"})";
                     r.resource = R"({"group":"argoproj.io","version":"v1alpha1",
                                  "resource":"rollouts"})";
                   }).text(),
                   {}))
      << "only where it is configured";
}

}  // namespace
}  // namespace countersign::kube

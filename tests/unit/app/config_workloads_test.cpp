// SPDX-License-Identifier: Apache-2.0
// `admission.workloads`.
#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "app/config_sections.h"

namespace countersign::app {
namespace {

struct Read {
  kube::Workloads workloads;
  std::vector<std::string> problems;
};

Read read(std::string_view text) {
  const auto document = Document::parse(text, "c.yaml");
  EXPECT_TRUE(document) << document.error();
  auto root = document->root();
  read_admission(root, {});
  auto workloads = read_workloads(root);
  return {std::move(workloads), document->problems()};
}

std::string entry(std::string_view members) {
  return "admission: {workloads: [{" + std::string(members) + "}]}";
}

const std::string kRollout =
    "group: argoproj.io, version: v1alpha1, resource: rollouts, kind: Rollout";

TEST(ConfigWorkloads, KnowsThoseOfKubernetesWithoutBeingTold) {
  for (const auto* text : {"version: 1", "admission: {}", "admission: {workloads: []}"}) {
    const auto [workloads, problems] = read(text);
    EXPECT_EQ(workloads.all().size(), kube::Workloads().all().size()) << text;
  }
}

TEST(ConfigWorkloads, AddsWhatIsConfigured) {
  const auto [workloads, problems] = read(entry(kRollout + ", template: spec.template"));
  EXPECT_TRUE(problems.empty()) << problems.front();
  const auto* const rollout = workloads.of_resource("argoproj.io", "v1alpha1", "rollouts");
  ASSERT_NE(rollout, nullptr);
  EXPECT_EQ(rollout->kind, "Rollout");
  EXPECT_EQ(rollout->path.prefix(), "spec.template.");
  EXPECT_EQ(rollout->needed, kube::Workload::Template::Demanded);
  const auto optional = read(entry(kRollout + ", template: spec.template, templateOptional: true"));
  EXPECT_TRUE(optional.problems.empty());
  EXPECT_EQ(optional.workloads.of_kind("argoproj.io/v1alpha1", "Rollout")->needed,
            kube::Workload::Template::Optional);
}

TEST(ConfigWorkloads, StandsBesideTheRules) {
  const auto document =
      Document::parse("admission: {rules: [{name: a, action: allow}], workloads: [{" + kRollout +
                          ", template: spec.template}]}",
                      "c.yaml");
  auto root = document->root();
  EXPECT_EQ(read_admission(root, {}).rules.first_match({"shop"}).rule.name, "a");
  EXPECT_NE(read_workloads(root).of_kind("argoproj.io/v1alpha1", "Rollout"), nullptr);
  EXPECT_TRUE(document->problems().empty());
  const auto shown = document->effective();
  EXPECT_EQ(shown.find("admission:"), shown.rfind("admission:")) << shown;
  EXPECT_NE(shown.find("rollouts"), std::string::npos) << shown;
}

TEST(ConfigWorkloads, RefusesWhatItCanNotFollow) {
  for (const auto& members : {
           kRollout,
           kRollout + ", template: \"\"",
           kRollout + ", template: 'spec.templates[*]'",
           kRollout + ", template: spec..template",
           kRollout + ", template: .spec",
           kRollout + ", template: spec.template.",
           kRollout + ", template: [spec, template]",
           kRollout + ", template: spec/template",
           kRollout + ", template: spec.template, more: 1",
           kRollout + ", template: spec.template, templateOptional: maybe",
           std::string("version: v1, resource: rollouts, kind: Rollout, template: spec.template"),
           std::string("group: '*', version: v1, resource: a, kind: A, template: spec.template"),
           std::string("group: a.io, version: V1, resource: a, kind: A, template: spec.template"),
           std::string("group: a.io, version: v1, resource: a/b, kind: A, template: spec.template"),
           std::string("group: a.io, version: v1, resource: a, kind: a, template: spec.template"),
           std::string("group: a.io, version: v1, resource: a, template: spec.template"),
       }) {
    EXPECT_FALSE(read(entry(members)).problems.empty()) << members;
  }
}

TEST(ConfigWorkloads, SaysWhyAListCanNotBeNamed) {
  const auto problems = read(entry(kRollout + ", template: 'spec.templates[*].template'")).problems;
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_NE(problems[0].find("template: "), std::string::npos) << problems[0];
  EXPECT_NE(problems[0].find("lists"), std::string::npos) << problems[0];
}

TEST(ConfigWorkloads, EachResourceHasOneEntry) {
  const auto one = "{" + kRollout + ", template: spec.template}";
  EXPECT_EQ(read("admission: {workloads: [" + one + ", " + one + "]}").problems.size(), 1U);
  EXPECT_EQ(read(entry("group: apps, version: v1, resource: deployments, kind: Deployment, "
                       "template: spec.template"))
                .problems.size(),
            1U);
  EXPECT_EQ(read(entry("group: batch, version: v1, resource: works, kind: Job, "
                       "template: spec.template"))
                .problems.size(),
            1U);
}

TEST(ConfigWorkloads, CountsThem) {
  for (const auto& [count, good] :
       {std::pair(limits::kWorkloads, true), std::pair(limits::kWorkloads + 1, false)}) {
    std::string entries;
    for (std::size_t number = 0; number < count; ++number) {
      const auto name = std::to_string(number);
      entries += "{group: a.io, version: v1, resource: r" + name + ", kind: R" + name +
                 ", template: spec.template}, ";
    }
    EXPECT_EQ(read("admission: {workloads: [" + entries + "]}").problems.empty(), good);
  }
}

}  // namespace
}  // namespace countersign::app

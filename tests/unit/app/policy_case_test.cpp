// SPDX-License-Identifier: Apache-2.0
#include "app/policy_case.h"

#include <gtest/gtest.h>

#include "support/temp_folder.h"

namespace countersign::app {
namespace {

using Decision = Expectation::Decision;

constexpr std::string_view kPod =
    "manifest: {apiVersion: v1, kind: Pod, spec: {containers: [{image: a}]}}\n";
const std::string kCase = std::string(kPod) + "expect: [{image: a, decision: allow}]\n";

class PolicyCaseTest : public testing::Test {
 protected:
  std::vector<std::string> problems(const std::string& text) {
    const auto made = read_case(folder_.write("c.yaml", text), "c");
    return made ? std::vector<std::string>() : made.error();
  }
  support::TempFolder folder_;
};

TEST_F(PolicyCaseTest, ReadsAllOfIt) {
  folder_.write("pods.yaml", "apiVersion: v1\nkind: Pod\n---\napiVersion: v1\nkind: Service\n");
  const auto made =
      read_case(folder_.write("c.yaml",
                              "name: what it is about\nmanifest: pods.yaml\nnamespace: shop\n"
                              "namespaceLabels: {team: a}\nexpect:\n"
                              "  - {image: r.example/a, decision: deny, reason: UNTRUSTED, rule: "
                              "signed}\n  - {field: 'spec.containers[0].image', decision: warn}\n"
                              "  - {decision: audit}\n"),
                "c");
  ASSERT_TRUE(made) << made.error().front();
  EXPECT_EQ(made->name, "what it is about");
  EXPECT_EQ(made->manifests.size(), 2U);
  EXPECT_EQ(made->name_space, "shop");
  EXPECT_EQ(made->labels, (policy::Labels{{"team", "a"}}));
  ASSERT_EQ(made->expected.size(), 3U);
  EXPECT_EQ(made->expected[0].image, "r.example/a");
  EXPECT_EQ(made->expected[0].decision, Decision::Deny);
  EXPECT_EQ(made->expected[0].reason, Reason::Untrusted);
  EXPECT_EQ(made->expected[0].rule, "signed");
  EXPECT_EQ(made->expected[1].field, "spec.containers[0].image");
  EXPECT_EQ(made->expected[1].decision, Decision::Warn);
  EXPECT_EQ(made->expected[2].decision, Decision::Audit);
}

TEST_F(PolicyCaseTest, TakesAManifestInline) {
  const auto made = read_case(folder_.write("c.yaml", kCase), "c");
  ASSERT_TRUE(made) << made.error().front();
  EXPECT_EQ(made->name, "c");
  EXPECT_EQ(made->name_space, "default");
  EXPECT_EQ(made->labels, std::nullopt) << "not known is not the same as none";
  EXPECT_EQ(made->manifests.size(), 1U);
}

TEST_F(PolicyCaseTest, RefusesWhatMayNotMeanWhatItSays) {
  const std::string pod(kPod);
  for (const auto& text :
       {std::string("[]"), std::string("expect: [{decision: allow}]"), pod, pod + "expect: []",
        pod + "expect: [{image: a}]", pod + "expect: [{image: a, decision: pass}]",
        pod + "expect: [{image: a, decision: deny, reason: NONSENSE}]",
        pod + "expect: [{image: a, decision: allow, reason: UNTRUSTED}]",
        pod + "expect: [{imaeg: a, decision: deny}]", kCase + "namespaceLabel: {}\n",
        kCase + "namespaceLabels: [a]\n", kCase + "namespaceLabels: {a: true}\n",
        std::string("manifest: /nonexistent\nexpect: [{decision: allow}]\n")}) {
    const auto found = problems(text);
    ASSERT_FALSE(found.empty()) << text;
    EXPECT_TRUE(found[0].starts_with((folder_ / "c.yaml").string())) << found[0];
  }
}

TEST_F(PolicyCaseTest, FindsFilesAndFolders) {
  folder_.write("b.yaml", kCase);
  folder_.write("a/case.yaml", kCase);
  folder_.write("c/other.yaml", "not a case");
  folder_.write("countersign.yaml", "not a case");
  folder_.write("trustpolicy.json", "{}");
  const auto cases = read_cases(folder_.path());
  ASSERT_TRUE(cases) << cases.error().front();
  ASSERT_EQ(cases->size(), 2U);
  EXPECT_EQ(cases->at(0).name, "a");
  EXPECT_EQ(cases->at(1).name, "b");
}

TEST_F(PolicyCaseTest, TellsEveryMistake) {
  EXPECT_FALSE(read_cases(folder_.path())) << "no case";
  EXPECT_FALSE(read_cases(folder_ / "nonexistent"));
  folder_.write("a.yaml", "a: 1");
  folder_.write("b.yaml", "b: 1");
  const auto cases = read_cases(folder_.path());
  ASSERT_FALSE(cases);
  EXPECT_GE(cases.error().size(), 2U);
}

}  // namespace
}  // namespace countersign::app

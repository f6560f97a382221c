// SPDX-License-Identifier: Apache-2.0
// What becomes of a Decision: held against the API server's own rules, as kube renders it.
#include <gtest/gtest.h>

#include "countersign/admission/admitter.h"

#include "support/api_server.h"

namespace countersign::admission {
namespace {

policy::Refusal refusal(Reason reason, std::string field = "spec.containers[0].image") {
  return {.reason = reason,
          .field = std::move(field),
          .container = "web",
          .image = "r.example/a:1",
          .digest = "sha256:ab",
          .rule = "signed",
          .policy = "apps",
          .detail = "because"};
}

kube::Review review() {
  kube::Review review;
  review.uid = "705ab4f5";
  review.images.resize(3);
  return review;
}

support::Ruling ruling(const kube::Answer& answer) {
  return support::accept_answer(kube::render(answer), "705ab4f5");
}

const std::string* annotation(const kube::Answer& answer, std::string_view key) {
  for (const auto& [name, value] : answer.audit_annotations) {
    if (name == key) {
      return &value;
    }
  }
  return nullptr;
}

TEST(Answer, AllowsWithoutAWord) {  // AW-01, AW-36
  policy::Decision decision;
  decision.allowed = true;
  const auto said = answer(review(), decision, "id");
  EXPECT_TRUE(ruling(said).allowed);
  EXPECT_TRUE(said.warnings.empty());
  EXPECT_EQ(*annotation(said, "decision"), "allow");
  EXPECT_EQ(annotation(said, "reason"), nullptr);
}

TEST(Answer, RecordsWhoseSignatureLetAnImagePass) {  // BND-16
  policy::Decision decision;
  decision.allowed = true;
  decision.accepted = {
      {"spec.containers[0].image", "r.example/a:1", "sha256:ab", "apps", "sha256:cd", "0123ef"},
      {"spec.containers[1].image", "r.example/b:1", "sha256:ba", "free", "", ""}};
  const auto said = answer(review(), decision, "id");
  ASSERT_NE(annotation(said, "verified"), nullptr);
  EXPECT_EQ(*annotation(said, "verified"),
            "spec.containers[0].image r.example/a:1 (sha256:ab) policy apps signature sha256:cd "
            "signer 0123ef, spec.containers[1].image r.example/b:1 (sha256:ba) policy free demands "
            "no signature");
}

TEST(Answer, RecordsWhatPassedUnjudged) {  // POL-05
  policy::Decision decision;
  decision.allowed = true;
  EXPECT_EQ(annotation(answer(review(), decision, "id"), "exempt"), nullptr);
  decision.exemption = policy::Exemption{.by = policy::Exemption::By::Rule, .names = {"a", "b"}};
  const auto by_rule = answer(review(), decision, "id");
  ASSERT_NE(annotation(by_rule, "exempt"), nullptr);
  EXPECT_EQ(*annotation(by_rule, "exempt"), "a, b");
  EXPECT_TRUE(by_rule.warnings.empty());

  for (const auto& said : {answer(review(), policy::break_glass(), "id"),
                           advice(review(), policy::break_glass(), "id")}) {
    EXPECT_TRUE(ruling(said).allowed);
    ASSERT_NE(annotation(said, "exempt"), nullptr);
    EXPECT_EQ(*annotation(said, "exempt"), "break-glass");
    ASSERT_EQ(said.warnings.size(), 1U);
    EXPECT_NE(said.warnings[0].find("break-glass"), std::string::npos) << said.warnings[0];
  }
}

TEST(Answer, DeniesWhatNobodyDecided) {
  const auto ruled = ruling(answer(review(), {}, "id"));
  EXPECT_FALSE(ruled.allowed);
  EXPECT_EQ(ruled.code, 403);
  EXPECT_NE(ruled.message.find("INTERNAL"), std::string::npos);
}

TEST(Answer, NamesEveryRefusal) {  // AW-28, AW-31
  policy::Decision decision;
  decision.reason = Reason::SignatureNotFound;
  decision.enforced = {refusal(Reason::SignatureNotFound),
                       refusal(Reason::Untrusted, "spec.initContainers[0].image")};
  const auto said = answer(review(), decision, "id-of-log");
  const auto ruled = ruling(said);
  EXPECT_EQ(ruled.code, 403);
  EXPECT_EQ(ruled.reason, "Forbidden");
  EXPECT_EQ(ruled.retry_after, 0);
  for (const auto* part : {"SIGNATURE_NOT_FOUND", "UNTRUSTED", "spec.containers[0]",
                           "spec.initContainers[0]", "id-of-log"}) {
    EXPECT_NE(ruled.message.find(part), std::string::npos) << part;
  }
  ASSERT_EQ(said.causes.size(), 2U);
  EXPECT_EQ(said.causes[1].reason, Reason::Untrusted);
  EXPECT_EQ(*annotation(said, "decision"), "deny");
  EXPECT_EQ(*annotation(said, "reason"), "SIGNATURE_NOT_FOUND");
  EXPECT_NE(annotation(said, "images")->find("sha256:ab"), std::string::npos);
}

TEST(Answer, InvitesToTryAgainWhenThatMayHelp) {  // AW-29
  policy::Decision decision;
  decision.enforced = {refusal(Reason::RegistryUnavailable)};
  decision.may_retry = true;
  const auto ruled = ruling(answer(review(), decision, "id"));
  EXPECT_EQ(ruled.code, 429);
  EXPECT_GT(ruled.retry_after, 0);
}

TEST(Answer, WarnsOncePerText) {  // AW-37, AW-43
  policy::Decision decision;
  decision.allowed = true;
  decision.warned = {refusal(Reason::Untrusted), refusal(Reason::Untrusted)};
  decision.notes = {"spec.containers[1].image: expiry SIGNATURE_EXPIRED: yesterday"};
  const auto said = answer(review(), decision, "id");
  const auto ruled = ruling(said);
  EXPECT_TRUE(ruled.allowed);
  ASSERT_EQ(ruled.warnings.size(), 2U);
  EXPECT_TRUE(ruled.warnings[0].starts_with("countersign:"));
  EXPECT_TRUE(ruled.warnings[1].starts_with("countersign:"));
  EXPECT_EQ(*annotation(said, "decision"), "warn");
}

TEST(Answer, ADenialIsNotRepeatedAsAWarning) {  // AW-41
  policy::Decision decision;
  decision.enforced = {refusal(Reason::Untrusted), refusal(Reason::Revoked, "spec.volumes[0]")};
  decision.warned = {refusal(Reason::Untrusted)};  // the very same under a rule that only warns
  decision.warned.push_back(refusal(Reason::SignatureNotFound, "spec.initContainers[0].image"));
  const auto ruled = ruling(answer(review(), decision, "id"));
  EXPECT_FALSE(ruled.allowed);
  ASSERT_EQ(ruled.warnings.size(), 1U);
  EXPECT_NE(ruled.warnings[0].find("spec.initContainers[0].image"), std::string::npos);
}

TEST(Answer, KeepsAuditFindingsOutOfSight) {
  policy::Decision decision;
  decision.allowed = true;
  decision.audited = {refusal(Reason::Untrusted)};
  const auto said = answer(review(), decision, "id");
  EXPECT_TRUE(ruling(said).warnings.empty());
  EXPECT_EQ(*annotation(said, "decision"), "audit-deny");
  EXPECT_EQ(*annotation(said, "reason"), "UNTRUSTED");
}

TEST(Answer, OnlyAdvisesWhereItMayNotDeny) {
  policy::Decision decision;
  decision.enforced = {refusal(Reason::Untrusted)};
  const auto said = advice(review(), decision, "id");
  const auto ruled = ruling(said);
  EXPECT_TRUE(ruled.allowed);
  EXPECT_EQ(ruled.warnings.size(), 1U);
  EXPECT_EQ(*annotation(said, "decision"), "warn");
}

TEST(Answer, StaysInBoundsWithManyRefusals) {  // AW-32, AW-38, AW-40
  policy::Decision decision;
  for (int number = 0; number < 300; ++number) {
    const auto field = "spec.containers[" + std::to_string(number) + "].image";
    decision.enforced.push_back(refusal(Reason::Untrusted, field));
    decision.warned.push_back(refusal(Reason::Revoked, field));
  }
  EXPECT_FALSE(ruling(answer(review(), decision, "id")).allowed);
  EXPECT_EQ(ruling(advice(review(), decision, "id")).warnings.size(), 10U);
}

}  // namespace
}  // namespace countersign::admission

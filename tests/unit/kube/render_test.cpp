// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "countersign/base/limits.h"
#include "countersign/kube/admission_review.h"

#include "support/api_server.h"

namespace countersign::kube {
namespace {

using support::accept_answer;

Answer allowed() {
  Answer answer;
  answer.uid = "705ab4f5";
  answer.allowed = true;
  return answer;
}

Answer denied() {
  Answer answer;
  answer.uid = "705ab4f5";
  answer.message = "1 of 1 images rejected:\n- SIGNATURE_NOT_FOUND ...";
  answer.causes = {{Reason::SignatureNotFound, "spec.containers[0].image", "no signature"}};
  return answer;
}

codec::Json status_of(const Answer& answer) {
  const auto json = codec::Json::parse(
      render(answer), {.bytes = limits::kMiB, .depth = 16, .nodes = 10'000}, Reason::Internal);
  return json ? *json->find("response")->find("status") : codec::Json();
}

TEST(Render, AnAllowanceIsTheSmallestAnswer) {  // AW-36
  EXPECT_EQ(render(allowed()), R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview",)"
                               R"("response":{"uid":"705ab4f5","allowed":true}})");
}

TEST(Render, AnAnswerThatNobodyMadeDenies) {
  Answer answer;
  answer.uid = "1";
  const auto ruling = accept_answer(render(answer), "1");
  EXPECT_FALSE(ruling.allowed);
  EXPECT_EQ(ruling.code, 403);
  EXPECT_TRUE(ruling.message.starts_with("INTERNAL"));
}

TEST(Render, ADenialIsForbidden) {  // AW-28
  const auto ruling = accept_answer(render(denied()), "705ab4f5");
  EXPECT_FALSE(ruling.allowed);
  EXPECT_EQ(ruling.code, 403);
  EXPECT_EQ(ruling.reason, "Forbidden");
  EXPECT_EQ(ruling.message, denied().message);
  EXPECT_EQ(ruling.retry_after, 0);
}

TEST(Render, ADenialThatMayPassLaterInvitesToTryAgain) {  // AW-29
  auto answer = denied();
  answer.may_retry = true;
  const auto ruling = accept_answer(render(answer), "705ab4f5");
  EXPECT_FALSE(ruling.allowed);
  EXPECT_EQ(ruling.code, 429);
  EXPECT_EQ(ruling.reason, "TooManyRequests");
  EXPECT_EQ(ruling.retry_after, limits::kRetryAfter.count());
  answer.causes.clear();
  EXPECT_EQ(accept_answer(render(answer), "705ab4f5").retry_after, limits::kRetryAfter.count());
}

TEST(Render, AnAllowanceNeverInvitesToTryAgain) {
  auto answer = denied();
  answer.allowed = true;
  answer.may_retry = true;
  EXPECT_TRUE(accept_answer(render(answer), "705ab4f5").allowed);
}

TEST(Render, CausesAreListedUpToALimit) {
  auto answer = denied();
  answer.causes.push_back({Reason::Untrusted, "spec.initContainers[1].image", "a\nb"});
  const auto status = status_of(answer);
  const auto causes = status.find("details")->find("causes")->elements();
  ASSERT_EQ(causes.size(), 2U);
  EXPECT_EQ(*causes[0].find_string("reason"), "SIGNATURE_NOT_FOUND");
  EXPECT_EQ(*causes[0].find_string("field"), "spec.containers[0].image");
  EXPECT_EQ(*causes[0].find_string("message"), "no signature");
  EXPECT_EQ(*causes[1].find_string("reason"), "UNTRUSTED");
  EXPECT_EQ(causes[1].find_string("message")->find('\n'), std::string::npos);

  answer.causes.assign(limits::kCauses + 5,
                       {Reason::Untrusted, std::string(9'000, 'f'), std::string(9'000, 'm')});
  const auto many = status_of(answer);
  const auto kept = many.find("details")->find("causes")->elements();
  EXPECT_EQ(kept.size(), limits::kCauses);
  EXPECT_LE(kept[0].find_string("message")->size(), limits::kCauseBytes);
  EXPECT_LE(kept[0].find_string("field")->size(), limits::kCauseBytes);
}

TEST(Render, MessagesKeepTheirLinesAndLoseAllElse) {  // AW-33
  auto answer = denied();
  answer.message = "first\n\x1B[31msecond\xE2\x80\xAE\xFF\r\nthird" + std::string(9'000, 'x');
  const auto ruling = accept_answer(render(answer), "705ab4f5");
  EXPECT_TRUE(ruling.message.starts_with("first\n"));
  EXPECT_EQ(ruling.message.find_first_of("\x1B\r"), std::string::npos);
  EXPECT_EQ(ruling.message.find("\xE2\x80\xAE"), std::string::npos);
}

TEST(Render, WarningsAreCleanedMergedAndCut) {  // AW-39, AW-43
  auto answer = allowed();
  answer.warnings = {
      "countersign: would deny: a\nb\t\xFF", "same", "same", "", "long " + std::string(200, 'w'),
      "\xC3\xA4" + std::string(119, 'w')};
  const auto ruling = accept_answer(render(answer), "705ab4f5");
  ASSERT_EQ(ruling.warnings.size(), 4U);
  EXPECT_EQ(ruling.warnings[0], "countersign: would deny: a?b??");
  EXPECT_EQ(ruling.warnings[1], "same");
  EXPECT_EQ(ruling.warnings[2], "long " + std::string(112, 'w') + "...");
  EXPECT_EQ(ruling.warnings[3], answer.warnings[5]);  // 120 characters, 121 bytes
}

TEST(Render, TheLastOfManyWarningsCountsTheRest) {  // AW-38
  auto answer = allowed();
  for (int number = 0; number < 300; ++number) {
    answer.warnings.push_back("countersign: " + std::to_string(number));
  }
  const auto ruling = accept_answer(render(answer), "705ab4f5");
  ASSERT_EQ(ruling.warnings.size(), limits::kWarnings);
  EXPECT_EQ(ruling.warnings[8], "countersign: 8");
  EXPECT_EQ(ruling.warnings[9], "countersign: and 291 more warnings");
  answer.warnings.resize(limits::kWarnings);
  EXPECT_EQ(accept_answer(render(answer), "705ab4f5").warnings.back(), "countersign: 9");
}

TEST(Render, AuditAnnotationsHaveKeysThatKubernetesKeeps) {  // AW-40
  auto answer = allowed();
  answer.audit_annotations = {{"decision", "allow"},
                              {"decision", "deny"},
                              {"Upper", "x"},
                              {"under_score", "x"},
                              {"-dash", "x"},
                              {"dash-", "x"},
                              {"1digit", "x"},
                              {"with/slash", "x"},
                              {"", "x"},
                              {std::string(64, 'k'), "x"},
                              {std::string(63, 'k'), "x"},
                              {"images", std::string(9'000, 'i')},
                              {"reason", "a\nb"}};
  const auto body = render(answer);
  accept_answer(body, "705ab4f5");
  const auto json =
      codec::Json::parse(body, {.bytes = limits::kMiB, .depth = 8, .nodes = 100}, Reason::Internal);
  ASSERT_TRUE(json);
  const auto* kept = json->find("response")->find("auditAnnotations");
  ASSERT_NE(kept, nullptr);
  EXPECT_EQ(kept->members().size(), 4U);
  EXPECT_EQ(*kept->find_string("decision"), "allow");
  EXPECT_EQ(*kept->find_string("reason"), "a?b");
  EXPECT_EQ(kept->find_string("images")->size(), limits::kAuditAnnotationBytes);

  answer.audit_annotations.clear();
  for (char letter = 'a'; letter <= 'z'; ++letter) {
    answer.audit_annotations.emplace_back(std::string(2, letter), "x");
  }
  accept_answer(render(answer), "705ab4f5");
}

TEST(Render, NoAnswerBreaksARuleOfTheApiServer) {  // AW-02
  const std::string hostile = "\"\\\x01\x7F\xFF\xC3\xE2\x80\xAE\n\r\t</script>\xED\xA0\x80";
  for (const auto& text : {std::string(), std::string("plain"), hostile, std::string(70'000, 'x'),
                           std::string(3'000, '\n')}) {
    for (const bool allow : {true, false}) {
      for (const bool retry : {true, false}) {
        Answer answer;
        answer.uid = "uid \"\\\n\xC3\xA4";
        answer.allowed = allow;
        answer.may_retry = retry;
        answer.message = text;
        answer.causes = {{Reason::BadReference, text, text}};
        answer.warnings = {text, text + "2"};
        answer.audit_annotations = {{text, text}, {"reason", text}};
        EXPECT_EQ(accept_answer(render(answer), answer.uid).allowed, allow);
      }
    }
  }
}

}  // namespace
}  // namespace countersign::kube

// SPDX-License-Identifier: Apache-2.0
#include "countersign/policy/combine.h"

#include <gtest/gtest.h>

namespace countersign::policy {
namespace {

SignatureReport signature(Verdict verdict, std::string_view content) {
  return {.digest = oci::Digest::of(as_bytes(content)),
          .media_type = {},
          .verdict = verdict,
          .reason = Reason::Untrusted,
          .detail = {},
          .signing_scheme = {},
          .signing_time = {},
          .expiry = {},
          .signer = {},
          .checks = {}};
}

Report passed(Verdict verdict) {
  Report report;
  report.verdict = verdict;
  report.policy = "apps";
  if (verdict == Verdict::Trusted) {
    report.signatures = {signature(verdict, "good")};
  }
  return report;
}

Report refused(Reason reason) {
  auto report = Report::refused(reason, "because");
  report.policy = "apps";
  report.signatures = {signature(Verdict::Untrusted, "bad")};
  return report;
}

const Result<Report> kTrusted = passed(Verdict::Trusted);
const Result<Report> kSkipped = passed(Verdict::Skipped);
const Result<Report> kRefused = refused(Reason::Untrusted);
const Result<Report> kRefusedForNow = refused(Reason::RevocationUnknown);
const Result<Report> kError = fail(Reason::RegistryUnavailable, "503");

Result<Report> join(Join join, const std::vector<Result<Report>>& reports) {
  std::vector<Outcome> outcomes;
  for (const auto& report : reports) {
    outcomes.push_back({"v" + std::to_string(outcomes.size()), report});
  }
  return combine(join, outcomes);
}

struct Row {
  const char* name;
  std::vector<Result<Report>> reports;
  const char* all;  // "trusted", "skipped", or the reason; "error: " before that of an Error
  const char* any;
};

std::string found(const Result<Report>& report) {
  if (!report) {
    return "error: " + std::string(wire_name(report.error().reason));
  }
  switch (report->verdict) {
    case Verdict::Trusted:
      return "trusted";
    case Verdict::Skipped:
      return "skipped";
    case Verdict::Untrusted:
      break;
  }
  return std::string(wire_name(report->reason));
}

TEST(Combine, JoinsWhatSeveralVerificationsFound) {  // POL-13
  const std::vector<Row> rows{
      {"none", {}, "error: INTERNAL", "error: INTERNAL"},
      {"one good", {kTrusted}, "trusted", "trusted"},
      {"one bad", {kRefused}, "UNTRUSTED", "UNTRUSTED"},
      {"both good", {kTrusted, kTrusted}, "trusted", "trusted"},
      {"both skipped", {kSkipped, kSkipped}, "skipped", "skipped"},
      {"good and skipped", {kTrusted, kSkipped}, "trusted", "trusted"},
      {"skipped and bad", {kSkipped, kRefused}, "UNTRUSTED", "skipped"},
      {"good and bad", {kTrusted, kRefused}, "UNTRUSTED", "trusted"},
      {"bad and good", {kRefused, kTrusted}, "UNTRUSTED", "trusted"},
      {"bad and error", {kRefused, kError}, "UNTRUSTED", "error: REGISTRY_UNAVAILABLE"},
      {"error and bad", {kError, kRefused}, "UNTRUSTED", "error: REGISTRY_UNAVAILABLE"},
      {"error and good", {kError, kTrusted}, "error: REGISTRY_UNAVAILABLE", "trusted"},
      {"for now and for good", {kRefusedForNow, kRefused}, "UNTRUSTED", "REVOCATION_UNKNOWN"},
      {"for good and for now", {kRefused, kRefusedForNow}, "UNTRUSTED", "REVOCATION_UNKNOWN"},
      {"good and for now", {kTrusted, kRefusedForNow}, "REVOCATION_UNKNOWN", "trusted"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(found(join(Join::All, row.reports)), row.all) << row.name;
    EXPECT_EQ(found(join(Join::Any, row.reports)), row.any) << row.name;
  }
}

TEST(Combine, SettlesNothingThatAnotherMayChange) {
  struct Case {
    const Result<Report>& report;
    bool all, any;
  };
  for (const auto& each :
       {Case{kTrusted, false, true}, Case{kSkipped, false, true}, Case{kRefused, true, false},
        Case{kRefusedForNow, false, false}, Case{kError, false, false}}) {
    EXPECT_EQ(settles(Join::All, each.report), each.all) << found(each.report);
    EXPECT_EQ(settles(Join::Any, each.report), each.any) << found(each.report);
  }
}

TEST(Combine, TrustsNothingThatWasNotJudged) {
  std::vector<Outcome> outcomes{{"build", kTrusted}, {.verification = "release"}};
  EXPECT_EQ(found(combine(Join::All, outcomes)), "error: INTERNAL");
  outcomes = {{.verification = "build"}, {"release", kRefused}};
  EXPECT_EQ(found(combine(Join::Any, outcomes)), "error: INTERNAL");
}

TEST(Combine, NamesTheVerification) {
  const auto both = join(Join::All, {kTrusted, kSkipped, kTrusted});
  ASSERT_TRUE(both);
  EXPECT_EQ(both->policy, "v0/apps, v1/apps, v2/apps");
  EXPECT_EQ(both->skipped, std::vector<std::string>{"v1/apps"});
  ASSERT_EQ(both->signatures.size(), 2U);
  EXPECT_EQ(both->signatures[0].policy, "v0/apps");
  EXPECT_EQ(both->signatures[1].policy, "v2/apps");

  const auto one = join(Join::Any, {kRefused, kTrusted});
  ASSERT_TRUE(one);
  EXPECT_EQ(one->policy, "v1/apps");
  EXPECT_EQ(one->signatures.size(), 1U) << "only of the one that trusts";

  const auto none = join(Join::Any, {kRefused, kRefused});
  ASSERT_TRUE(none);
  EXPECT_EQ(none->policy, "v0/apps");
  EXPECT_EQ(none->detail, "because; v1: UNTRUSTED");
  EXPECT_EQ(none->signatures.size(), 2U);

  const auto error = join(Join::All, {kTrusted, kError});
  ASSERT_FALSE(error);
  EXPECT_EQ(error.error().detail, "503 (verification v1)");
}

TEST(Combine, LeavesTheDefaultVerificationAsItIs) {
  const auto report = combine(Join::All, std::vector<Outcome>{{"default", kTrusted}});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->policy, "apps");
  EXPECT_EQ(report->signatures[0].policy, "");
  const auto other = combine(Join::All, std::vector<Outcome>{{"build", kTrusted}});
  ASSERT_TRUE(other);
  EXPECT_EQ(other->policy, "build/apps");
}

}  // namespace
}  // namespace countersign::policy

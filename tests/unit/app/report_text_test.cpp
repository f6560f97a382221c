// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "countersign/base/next_step.h"

#include "app/judgement.h"
#include "judgements.h"

namespace countersign::app {
namespace {

TEST(ReportText, BeginsWithTheVerdict) {
  auto judgement = trusted_judgement();
  EXPECT_TRUE(report_text(judgement, Colour::Never).starts_with("trusted r.example/team/app:1\n"));
  judgement.report->verdict = policy::Verdict::Skipped;
  EXPECT_TRUE(report_text(judgement, Colour::Never).starts_with("skipped "));
  judgement.report->verdict = policy::Verdict::Untrusted;
  judgement.report->reason = Reason::Untrusted;
  const auto untrusted = report_text(judgement, Colour::Never);
  EXPECT_TRUE(untrusted.starts_with("untrusted "));
  EXPECT_NE(untrusted.find("UNTRUSTED"), std::string::npos);
  judgement.report = fail(Reason::RegistryThrottled, "429");
  const auto undecided = report_text(judgement, Colour::Never);
  EXPECT_TRUE(undecided.starts_with("undecided "));
  EXPECT_NE(undecided.find("REGISTRY_THROTTLED"), std::string::npos);
}

TEST(ReportText, ColoursOnlyWhenItMay) {
  EXPECT_EQ(report_text(trusted_judgement(), Colour::Never).find('\x1b'), std::string::npos);
  EXPECT_TRUE(
      report_text(trusted_judgement(), Colour::Always).starts_with("\x1b[32mtrusted\x1b[0m"));
}

TEST(ReportText, TellsSignerAndChecks) {
  const auto text = report_text(trusted_judgement(), Colour::Never);
  for (const auto* part :
       {kImageDigest, "apps", "CN=signer", "CN=issuer", "ab12", "integrity", "2026-03-01T00:00:00Z",
        "stage=production", "fail (log) SIGNATURE_EXPIRED", "pass: by an answer that is stale"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part;
  }
}

TEST(ReportText, CleansWhatOthersWrote) {  // LOG-02
  auto judgement = trusted_judgement();
  judgement.report->signatures[0].signer->subject = "CN=a\nforged line\x1b[2J";
  const auto text = report_text(judgement, Colour::Never);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find("\nforged"), std::string::npos);
}

TEST(ReportText, TellsEvidenceAndTheNextStepToWhoAsks) {
  auto judgement = trusted_judgement();
  auto& check = judgement.report->signatures[0].checks[1];
  check.evidence = {{"expiry", "yesterday"}};
  const std::string step(next_step(Reason::SignatureExpired));
  EXPECT_EQ(report_text(judgement, Colour::Never).find(step), std::string::npos);
  judgement.evidence = policy::Evidence::Wanted;
  const auto text = report_text(judgement, Colour::Never);
  EXPECT_NE(text.find("\n      expiry            yesterday\n      next step         " + step),
            std::string::npos)
      << text;
}

}  // namespace
}  // namespace countersign::app

// SPDX-License-Identifier: Apache-2.0
#include "app/exit_code.h"

#include <gtest/gtest.h>

namespace countersign::app {
namespace {

Result<policy::Report> with(policy::Verdict verdict) {
  policy::Report report;
  report.verdict = verdict;
  return report;
}

policy::Decision denied(std::vector<Reason> reasons) {
  policy::Decision decision;
  for (const auto reason : reasons) {
    policy::Refusal refusal;
    refusal.reason = reason;
    decision.enforced.push_back(refusal);
  }
  return decision;
}

TEST(ExitCode, SaysYesOnlyToWhatIsTrustedOrSkipped) {
  EXPECT_EQ(exit_of(with(policy::Verdict::Trusted)), Exit::Yes);
  EXPECT_EQ(exit_of(with(policy::Verdict::Skipped)), Exit::Yes);
  EXPECT_EQ(exit_of(with(policy::Verdict::Untrusted)), Exit::No);
  EXPECT_EQ(exit_of(Result<policy::Report>(policy::Report{})), Exit::No);
  for (const auto reason : all_reasons()) {
    EXPECT_NE(exit_of(Result<policy::Report>(fail(reason, ""))), Exit::Yes) << wire_name(reason);
  }
}

TEST(ExitCode, TellsWhatCouldNotBeFoundOutFromNo) {
  EXPECT_EQ(exit_of(Reason::RegistryUnavailable), Exit::Unknown);
  EXPECT_EQ(exit_of(Reason::DeadlineExceeded), Exit::Unknown);
  EXPECT_EQ(exit_of(Reason::CredentialsUnavailable), Exit::Unknown);
  EXPECT_EQ(exit_of(Reason::AzureIdentityRefused), Exit::Unknown);
  EXPECT_EQ(exit_of(Reason::AzureIdentityUnavailable), Exit::Unknown);
  EXPECT_EQ(exit_of(Reason::RegistryNotAllowed), Exit::No);
  EXPECT_EQ(exit_of(Reason::BadReference), Exit::Usage);
}

TEST(ExitCode, CallsADenialUnknownOnlyWhenNothingDefiniteWasFound) {
  policy::Decision allowed;
  allowed.allowed = true;
  EXPECT_EQ(exit_of(allowed), Exit::Yes);
  EXPECT_EQ(exit_of(denied({Reason::RegistryUnavailable})), Exit::Unknown);
  EXPECT_EQ(exit_of(denied({Reason::RegistryUnavailable, Reason::Untrusted})), Exit::No);
  EXPECT_EQ(exit_of(denied({Reason::BadReference})), Exit::No);
  EXPECT_EQ(exit_of(policy::Decision{}), Exit::Unknown);
}

TEST(ExitCode, PrefersTheDefiniteOfTwo) {
  EXPECT_EQ(worse(Exit::Yes, Exit::Unknown), Exit::Unknown);
  EXPECT_EQ(worse(Exit::No, Exit::Unknown), Exit::No);
  EXPECT_EQ(worse(Exit::Yes, Exit::Yes), Exit::Yes);
  EXPECT_EQ(worse(Exit::Usage, Exit::No), Exit::Usage);
}

}  // namespace
}  // namespace countersign::app

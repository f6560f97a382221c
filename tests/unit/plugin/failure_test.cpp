// SPDX-License-Identifier: Apache-2.0
#include "countersign/plugin/failure.h"

#include <gtest/gtest.h>

namespace countersign::plugin {
namespace {

TEST(Failure, HasOurReasonInTheProtocolsTerms) {
  struct Row {
    Reason reason;
    const char* code;
  };
  for (const auto& row : {Row{Reason::BadConfig, "VALIDATION_ERROR"},
                          {Reason::BadRequest, "VALIDATION_ERROR"},
                          {Reason::CertificateProfile, "VALIDATION_ERROR"},
                          {Reason::CertificateExpired, "VALIDATION_ERROR"},
                          {Reason::KeyVaultDenied, "ACCESS_DENIED"},
                          {Reason::AzureIdentityRefused, "ACCESS_DENIED"},
                          {Reason::DeadlineExceeded, "TIMEOUT"},
                          {Reason::RegistryThrottled, "THROTTLED"},
                          {Reason::KeyVaultUnavailable, "ERROR"},
                          {Reason::AzureIdentityUnavailable, "ERROR"},
                          {Reason::SignatureInvalid, "ERROR"},
                          {Reason::Internal, "ERROR"}}) {
    EXPECT_EQ(render(failure_of({row.reason, "why"})),
              std::string(R"({"errorCode":")") + row.code +
                  R"(","errorMessage":"why","errorMetadata":{"reason":")" +
                  std::string(wire_name(row.reason)) + "\"}}");
  }
}

TEST(Failure, OfTheProtocolHasNoReasonOfOurs) {
  const Answer<int> none = refuse(ErrorCode::UnsupportedContractVersion, "2.0\n\"");
  EXPECT_EQ(render(none.error()).find("errorMetadata"), std::string::npos);
  EXPECT_TRUE(render(none.error()).starts_with(R"({"errorCode":"UNSUPPORTED_CONTRACT_VERSION",)"));
  EXPECT_EQ(render(none.error()).find('\n'), std::string::npos);
}

TEST(Failure, KeepsWhatIsNone) {
  EXPECT_EQ(answer_of(Result<int>(3)), 3);
  EXPECT_EQ(answer_of(Result<int>(fail(Reason::BadConfig, ""))).error().code,
            ErrorCode::Validation);
}

}  // namespace
}  // namespace countersign::plugin

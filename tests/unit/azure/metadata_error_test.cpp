// SPDX-License-Identifier: Apache-2.0
#include "azure/metadata_error.h"

#include <string>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "support/fixed_clock.h"
#include "support/scripted_transport.h"

namespace countersign::azure {
namespace {

using std::chrono::seconds;

Refusal read(int status, const std::string& body, std::vector<net::Header> headers = {}) {
  return read_metadata_error(test::answer(status, std::move(headers), body),
                             test::FixedClock().now());
}

std::string error(const std::string& description, const char* name = "invalid_request") {
  return R"({"error":")" + std::string(name) + R"(","error_description":")" + description + R"("})";
}

TEST(MetadataError, IsLastingWhenTheIdentityIsNotThere) {
  const struct {
    int status;
    std::string body;
    const char* hint;
  } rows[] = {
      {400, error("Identity not found"), "not assigned"},
      {400,
       error("Multiple user assigned identities exist, please specify the clientId / resourceId of "
             "the identity in the token request"),
       "clientId or resourceId"},
      {400,
       error("AADSTS500011: The resource principal named hunter2 was not found",
             "invalid_resource"),
       "invalid_resource AADSTS500011: Azure does not know what the token is for"},
      {400, error("Required metadata header not specified"), "invalid_request"},
      {403, error("hunter2", "access_denied"), "access_denied"}};
  for (const auto& [status, body, hint] : rows) {
    const auto refusal = read(status, body);
    EXPECT_EQ(refusal.error.reason, Reason::AzureIdentityRefused) << body;
    EXPECT_NE(refusal.error.detail.find(hint), std::string::npos) << refusal.error.detail;
    EXPECT_EQ(refusal.error.detail.find("hunter2"), std::string::npos);
    EXPECT_EQ(refusal.pause, limits::kAzureRetryPauseMost) << body;
  }
}

TEST(MetadataError, IsPassingOtherwise) {
  for (const int status : {302, 404, 408, 410, 418, 429, 500, 503, 599}) {
    const auto refusal = read(status, error("Identity not found"));
    EXPECT_EQ(refusal.error.reason, Reason::AzureIdentityUnavailable) << status;
    EXPECT_EQ(refusal.pause, std::nullopt) << status;
  }
  EXPECT_EQ(read(400, "<html>proxy</html>").error.reason, Reason::AzureIdentityUnavailable);
  EXPECT_EQ(read(429, "", {{"retry-after", "7"}}).pause, seconds(7));
}

}  // namespace
}  // namespace countersign::azure

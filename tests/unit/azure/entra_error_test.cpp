// SPDX-License-Identifier: Apache-2.0
#include "azure/entra_error.h"

#include <string>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "support/fixed_clock.h"
#include "support/scripted_transport.h"

namespace countersign::azure {
namespace {

using std::chrono::seconds;

constexpr const char* kTrace = "aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb";
constexpr const char* kCorrelation = "CCCCCCCC-3333-4444-5555-dddddddddddd";

// As Entra writes it; the description quotes what was sent.
std::string body(unsigned code, const char* error = "invalid_client") {
  const auto number = std::to_string(code);
  return R"({"error":")" + std::string(error) + R"(","error_description":"AADSTS)" + number +
         R"(: hunter2 system:serviceaccount:team:app. Trace ID: x","error_codes":[)" + number +
         R"(],"timestamp":"2026-01-01 00:00:00Z","trace_id":")" + kTrace +
         R"(","correlation_id":")" + kCorrelation +
         R"(","error_uri":"https://login.microsoftonline.com/error?code=)" + number + R"("})";
}

Refusal read(int status, const std::string& text, std::vector<net::Header> headers = {}) {
  return read_entra_error(test::answer(status, std::move(headers), text), test::FixedClock().now());
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(EntraError, HasAHintForEachCodeThatPeopleMeet) {  // AZ-07
  const struct {
    unsigned code;
    const char* hint;
  } rows[] = {{700016, "no application of this client id"},
              {90002, "does not know the tenant"},
              {900023, "does not know the tenant"},
              {7000215, "client secret"},
              {7000222, "client secret"},
              {700027, "upload it"},
              {700024, "clock"},
              {70021, "system:serviceaccount:NAMESPACE:NAME"},
              {700211, "system:serviceaccount:NAMESPACE:NAME"},
              {700212, "api://AzureADTokenExchange"},
              {700213, "system:serviceaccount:NAMESPACE:NAME"},
              {50027, "another file"},
              {5002738, "another file"},
              {70011, "cloud"},
              {500011, "cloud"},
              {53003, "conditional access"},
              {530003, "conditional access"},
              {50196, "too often"}};
  for (const auto& [code, hint] : rows) {
    for (const int status : {400, 401}) {
      const auto refusal = read(status, body(code));
      const auto& detail = refusal.error.detail;
      EXPECT_EQ(refusal.error.reason, Reason::AzureIdentityRefused) << code;
      EXPECT_TRUE(has(detail, "AADSTS" + std::to_string(code) + ": ")) << detail;
      EXPECT_TRUE(has(detail, hint)) << detail;
      EXPECT_TRUE(has(detail, "invalid_client")) << detail;
      EXPECT_TRUE(has(detail, std::string("correlation id ") + kCorrelation)) << detail;
      EXPECT_TRUE(has(detail, std::string("trace id ") + kTrace)) << detail;
      EXPECT_FALSE(has(detail, "hunter2")) << detail;
      EXPECT_FALSE(has(detail, "team")) << detail;
    }
  }
}

TEST(EntraError, OfAnUnknownCodeHasTheNumber) {
  const auto refusal = read(400, body(123456, "invalid_grant"));
  EXPECT_EQ(refusal.error.reason, Reason::AzureIdentityRefused);
  EXPECT_TRUE(has(refusal.error.detail, "invalid_grant AADSTS123456;")) << refusal.error.detail;
  EXPECT_EQ(refusal.pause, std::nullopt);
}

TEST(EntraError, ShowsOnlyWhatHasTheFormOfAnId) {
  const auto refusal =
      read(401, R"({"error":"Invalid\r\nclient","error_codes":[7000215],"trace_id":"hunter2",)"
                R"("correlation_id":"cccccccc-3333-4444-5555-ddddddddddd!"})");
  EXPECT_EQ(refusal.error.reason, Reason::AzureIdentityRefused);
  EXPECT_FALSE(has(refusal.error.detail, "hunter2"));
  EXPECT_FALSE(has(refusal.error.detail, "Invalid"));
  EXPECT_FALSE(has(refusal.error.detail, " id "));
}

TEST(EntraError, IsToldFromTroubleThatPasses) {
  const struct {
    int status;
    std::string text;
    Reason reason;
  } rows[] = {{400, body(700016), Reason::AzureIdentityRefused},
              {401, body(7000215), Reason::AzureIdentityRefused},
              {403, body(53003), Reason::AzureIdentityRefused},
              {400, R"({"error":"invalid_request"})", Reason::AzureIdentityRefused},
              {400, R"({"error_codes":[700016]})", Reason::AzureIdentityRefused},
              {400, body(90033, "temporarily_unavailable"), Reason::AzureIdentityUnavailable},
              {400, R"({"error":"server_error"})", Reason::AzureIdentityUnavailable},
              {400, "<html>proxy</html>", Reason::AzureIdentityUnavailable},
              {400, "", Reason::AzureIdentityUnavailable},
              {400, "{}", Reason::AzureIdentityUnavailable},
              {400, R"(["invalid_client"])", Reason::AzureIdentityUnavailable},
              {401, R"({"error":{"code":"x"}})", Reason::AzureIdentityUnavailable},
              {404, body(700016), Reason::AzureIdentityUnavailable},
              {408, "", Reason::AzureIdentityUnavailable},
              {429, body(50196), Reason::AzureIdentityUnavailable},
              {500, body(700016), Reason::AzureIdentityUnavailable},
              {503, "", Reason::AzureIdentityUnavailable},
              {302, "", Reason::AzureIdentityUnavailable},
              {204, "", Reason::AzureIdentityUnavailable}};
  for (const auto& [status, text, reason] : rows) {
    EXPECT_EQ(read(status, text).error.reason, reason) << status << text;
  }
}

TEST(EntraError, SaysWhenToComeAgain) {
  EXPECT_EQ(read(429, "", {{"retry-after", "17"}}).pause, seconds(17));
  EXPECT_EQ(read(503, "", {{"retry-after", "Sun, 01 Mar 2026 00:00:30 GMT"}}).pause, seconds(30));
  EXPECT_EQ(read(429, "", {{"retry-after", "soon"}}).pause, std::nullopt);
  EXPECT_EQ(read(429, "").pause, std::nullopt);
  EXPECT_EQ(read(400, body(50196)).pause, limits::kAzureRetryPauseMost);
}

TEST(EntraError, ReadsACodeWhereverItStands) {
  const auto code = [](const char* text) {
    const auto reply = parse_error_reply(text);
    return reply && reply->code ? static_cast<long>(*reply->code) : -1;
  };
  EXPECT_EQ(code(R"({"error_codes":[700016,1]})"), 700016);
  EXPECT_EQ(code(R"({"error":"x","error_description":"AADSTS500011: The resource"})"), 500011);
  EXPECT_EQ(code(R"({"error":"x","error_description":"no code"})"), -1);
  EXPECT_EQ(code(R"({"error":"x","error_description":"AADSTS"})"), -1);
  EXPECT_EQ(code(R"({"error":"x","error_description":"AADSTS99999999999"})"), -1);
  EXPECT_EQ(code(R"({"error":"x","error_codes":["700016"]})"), -1);
  EXPECT_EQ(code(R"({"error":"x","error_codes":[-1]})"), -1);
  EXPECT_EQ(code(R"({"error":"x","error_codes":[99999999999]})"), -1);
  EXPECT_EQ(code(R"({"error":"x","error_codes":[],"error_description":"AADSTS70021"})"), 70021);
}

}  // namespace
}  // namespace countersign::azure

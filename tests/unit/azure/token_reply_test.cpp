// SPDX-License-Identifier: Apache-2.0
#include "azure/token_reply.h"

#include <string>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "support/fixed_clock.h"

namespace countersign::azure {
namespace {

using std::chrono::seconds;

const Time kNow = test::FixedClock().now();

Result<AccessToken> parsed(const std::string& members) {
  return parse_token_reply("{" + members + "}", kNow);
}

std::string on(int ahead) {
  return std::to_string((kNow + seconds(ahead)).time_since_epoch().count());
}

TEST(TokenReply, OfEntra) {
  const auto token = parse_token_reply(
      R"({"token_type":"Bearer","expires_in":86399,"ext_expires_in":86399,"refresh_in":43199,)"
      R"("access_token":"eyJ0.a.b"})",
      kNow);
  ASSERT_TRUE(token);
  EXPECT_EQ(token->text.reveal(), "eyJ0.a.b");
  EXPECT_EQ(token->life, seconds(86'399));
  EXPECT_EQ(token->refresh_in, seconds(43'199));
}

TEST(TokenReply, OfTheMetadataService) {
  const auto token = parse_token_reply(
      R"({"access_token":"eyJ0.a.b","client_id":"c","expires_in":"86399","expires_on":")" +
          on(86'399) +
          R"(","ext_expires_in":"86399","not_before":"1","resource":"https://vault.azure.net",)"
          R"("token_type":"Bearer"})",
      kNow);
  ASSERT_TRUE(token);
  EXPECT_EQ(token->life, seconds(86'399));
  EXPECT_EQ(token->refresh_in, std::nullopt);
}

// The members and types that nagyesta/assumed-identity writes.
TEST(TokenReply, OfAnotherIdentityServiceWithNumbers) {  // AZ-53
  const auto token = parse_token_reply(
      R"({"resource":"https://vault.azure.net","access_token":"eyJ0.a.b","expires_in":172800,)"
      R"("expires_on":)" +
          on(172'800) + R"(,"token_type":"Bearer"})",
      kNow);
  ASSERT_TRUE(token);
  EXPECT_EQ(token->life, seconds(172'800));
}

TEST(TokenReply, SaysHowLongItLives) {  // AZ-06
  const struct {
    std::string members;
    int life;  // 0: refused
  } rows[] = {{R"("expires_in":3600)", 3'600},
              {R"("expires_in":"3600")", 3'600},
              {R"("expires_in":1)", 1},
              {R"("expires_in":172800)", 172'800},
              {R"("expires_in":172801)", 0},
              {R"("expires_in":0)", 0},
              {R"("expires_in":"0")", 0},
              {R"("expires_in":-1)", 0},
              {R"("expires_in":"-1")", 0},
              {R"("expires_in":1e18)", 0},
              {R"("expires_in":1000000000000000000)", 0},
              {R"("expires_in":"1000000000000000000000")", 0},
              {R"("expires_in":3600.5)", 0},
              {R"("expires_in":"3600.5")", 0},
              {R"("expires_in":" 3600")", 0},
              {R"("expires_in":"3600s")", 0},
              {R"("expires_in":"+3600")", 0},
              {R"("expires_in":"")", 0},
              {R"("expires_in":null)", 0},
              {R"("expires_in":true)", 0},
              {R"("expires_in":[3600])", 0},
              {R"("expires_on":)" + on(3'600), 0},
              {R"("x":1)", 0},
              // expires_on shortens, and does nothing else.
              {R"("expires_in":3600,"expires_on":)" + on(1'800), 1'800},
              {R"("expires_in":"3600","expires_on":")" + on(1'800) + R"(")", 1'800},
              {R"("expires_in":3600,"expires_on":)" + on(7'200), 3'600},
              {R"("expires_in":3600,"expires_on":)" + on(0), 3'600},
              {R"("expires_in":3600,"expires_on":)" + on(-86'400), 3'600},
              {R"("expires_in":3600,"expires_on":-1)", 3'600},
              {R"("expires_in":3600,"expires_on":1e300)", 3'600},
              {R"("expires_in":3600,"expires_on":"3/1/2026 1:00:00 AM +00:00")", 3'600},
              {R"("expires_in":3600,"expires_on":null)", 3'600}};
  for (const auto& [members, life] : rows) {
    const auto token = parsed(R"("token_type":"Bearer","access_token":"t",)" + members);
    ASSERT_EQ(token.has_value(), life != 0) << members;
    if (token) {
      EXPECT_EQ(token->life, seconds(life)) << members;
    } else {
      EXPECT_EQ(token.error().reason, Reason::AzureIdentityUnavailable) << members;
    }
  }
}

TEST(TokenReply, IsAboutABearerTokenThatCanBeSent) {  // AZ-06
  const std::string life = R"("expires_in":3600,)";
  const auto token = [](const std::string& text) {
    return R"("token_type":"Bearer","access_token":")" + text + R"(")";
  };
  for (const auto& members : {token("t"), token(std::string(limits::kBearerTokenBytes, 't')),
                              std::string(R"("token_type":"bearer","access_token":"t")"),
                              std::string(R"("token_type":"BEARER","access_token":"t")")}) {
    EXPECT_TRUE(parsed(life + members)) << members.substr(0, 60);
  }
  for (const auto& members :
       {std::string(R"("access_token":"t")"),
        std::string(R"("token_type":"pop","access_token":"t")"),
        std::string(R"("token_type":"Bearer2","access_token":"t")"),
        std::string(R"("token_type":"","access_token":"t")"),
        std::string(R"("token_type":1,"access_token":"t")"),
        std::string(R"("token_type":"Bearer")"),
        std::string(R"("token_type":"Bearer","access_token":1)"), token(""), token("a\\r\\nX: y"),
        token("a b"), token("a\\u0000"), token("\xc3\xa4"),
        token(std::string(limits::kBearerTokenBytes + 1, 't')), token(std::string(131'072, 't'))}) {
    const auto refused = parsed(life + members);
    ASSERT_FALSE(refused) << members.substr(0, 60);
    EXPECT_EQ(refused.error().reason, Reason::AzureIdentityUnavailable);
  }
}

TEST(TokenReply, GivesAdviceThatLiesWithinTheLife) {
  const struct {
    const char* members;
    int advice;  // 0: none
  } rows[] = {{R"(,"refresh_in":1800)", 1'800}, {R"(,"refresh_in":"1800")", 1'800},
              {R"(,"refresh_in":3599)", 3'599}, {R"(,"refresh_in":3600)", 0},
              {R"(,"refresh_in":0)", 0},        {R"(,"refresh_in":-1)", 0},
              {R"(,"refresh_in":"soon")", 0},   {"", 0}};
  for (const auto& [members, advice] : rows) {
    const auto token = parsed(R"("token_type":"Bearer","access_token":"t","expires_in":3600)" +
                              std::string(members));
    ASSERT_TRUE(token) << members;
    EXPECT_EQ(token->refresh_in.value_or(seconds(0)), seconds(advice)) << members;
  }
}

TEST(TokenReply, IsAJsonObject) {
  for (const auto* body : {"", "null", "[]", "\"t\"", "<html><body>Sign in</body></html>",
                           R"({"token_type":"Bearer","expires_in":3600,"access_token":"t")",
                           "\x1f\x8b\x08\x00\x00\x00"}) {
    const auto token = parse_token_reply(body, kNow);
    ASSERT_FALSE(token) << body;
    EXPECT_EQ(token.error().reason, Reason::AzureIdentityUnavailable);
  }
}

// What fails is told without a piece of what came.
TEST(TokenReply, IsNeverQuoted) {
  for (const auto* body :
       {R"({"access_token":"hunter2","token_type":"hunter2"})", "hunter2",
        R"({"access_token":"hun ter2","token_type":"Bearer","expires_in":1})",
        R"({"access_token":"hunter2","token_type":"Bearer","expires_in":"hunter2"})"}) {
    const auto token = parse_token_reply(body, kNow);
    ASSERT_FALSE(token);
    EXPECT_EQ(token.error().detail.find("hun"), std::string::npos) << token.error().detail;
  }
}

}  // namespace
}  // namespace countersign::azure

// SPDX-License-Identifier: Apache-2.0
#include "registry/token_client.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "support/fixed_clock.h"
#include "support/scripted_transport.h"

namespace countersign::registry {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

TokenQuestion question(std::string_view realm = "https://h/token") {
  return {net::Url::parse(realm, Reason::Internal).value(), "my service", "repository:a/b:pull"};
}
const std::string kQuery = "scope=repository%3Aa%2Fb%3Apull&service=my%20service";
const Credential kPassword{Credential::Kind::Password, "user", Secret("p\xc3\xa4ss")};

class TokenClient : public testing::Test {
 protected:
  Result<Token> ask(const TokenQuestion& what, const std::optional<Credential>& credential) {
    return ask_token(what, credential ? &*credential : nullptr, http_, clock_,
                     clock_.in(minutes(1)));
  }
  test::FixedClock clock_;
  test::ScriptedTransport http_;
};

TEST_F(TokenClient, AsksByGetWithoutCredentials) {
  http_.expect("https://h/token?" + kQuery, test::answer(200, {}, R"({"token":"t"})"));
  const auto token = ask(question(), std::nullopt);
  ASSERT_TRUE(token);
  EXPECT_EQ(token->text.reveal(), "t");
  EXPECT_EQ(test::header_of(http_.seen()[0], "Authorization"), "");
  EXPECT_EQ(http_.seen()[0].kind, "token");
}

TEST_F(TokenClient, KeepsTheQueryOfTheRealm) {
  http_.expect("https://h/token?account=x&" + kQuery, test::answer(200, {}, R"({"token":"t"})"));
  EXPECT_TRUE(ask(question("https://h/token?account=x"), std::nullopt));
}

// REG-72
TEST_F(TokenClient, SendsAPasswordAsBasic) {
  http_.expect("https://h/token?" + kQuery, test::answer(200, {}, R"({"token":"t"})"));
  EXPECT_TRUE(ask(question(), kPassword));
  EXPECT_EQ(test::header_of(http_.seen()[0], "Authorization"), "Basic dXNlcjpww6Rzcw==");
  EXPECT_EQ(basic_authorization({Credential::Kind::Password, "u", Secret()})->reveal(),
            "Basic dTo=");
  const auto colon = basic_authorization({Credential::Kind::Password, "a:b", Secret("c")});
  ASSERT_FALSE(colon);
  EXPECT_EQ(colon.error().reason, Reason::RegistryAuth);
}

// REG-70
TEST_F(TokenClient, SendsARefreshTokenInAForm) {
  http_.expect("https://h/token", test::answer(200, {}, R"({"access_token":"t"})"));
  EXPECT_TRUE(ask(question(), Credential{Credential::Kind::RefreshToken, "", Secret("r+/=&")}));
  const auto& sent = http_.seen()[0];
  EXPECT_EQ(sent.method, net::Method::Post);
  EXPECT_EQ(test::header_of(sent, "Content-Type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(sent.body,
            "grant_type=refresh_token&service=my%20service&client_id=countersign&"
            "scope=repository%3Aa%2Fb%3Apull&refresh_token=r%2B%2F%3D%26");
}

// REG-69: no redirect is followed, no second form is tried.
TEST_F(TokenClient, ARefusalIsSaidForWhatItIs) {
  const struct {
    int status;
    Reason reason;
  } rows[] = {{301, Reason::RegistryResponse},    {307, Reason::RegistryResponse},
              {400, Reason::RegistryAuth},        {401, Reason::RegistryAuth},
              {403, Reason::RegistryAuth},        {404, Reason::RegistryAuth},
              {429, Reason::RegistryThrottled},   {500, Reason::RegistryUnavailable},
              {503, Reason::RegistryUnavailable}, {204, Reason::RegistryResponse}};
  for (const auto& [status, reason] : rows) {
    http_.expect("https://h/token",
                 test::answer(status, {{"location", "https://evil/"}}, "<html>"));
    const auto token = ask(question(), Credential{Credential::Kind::RefreshToken, "", Secret("r")});
    ASSERT_FALSE(token) << status;
    EXPECT_EQ(token.error().reason, reason) << status;
  }
}

// REG-60
TEST_F(TokenClient, ReadsOneToken) {
  for (const char* body :
       {R"({"token":"t"})", R"({"access_token":"t"})", R"({"token":"t","access_token":"t"})",
        R"({"token":"t","refresh_token":"x","scope":"y"})"}) {
    const auto token = parse_token(body, clock_.now());
    ASSERT_TRUE(token) << body;
    EXPECT_EQ(token->text.reveal(), "t");
  }
  for (const std::string& body :
       {std::string(), std::string("{}"), std::string(R"({"token":""})"),
        std::string(R"({"token":{}})"), std::string(R"(["t"])"),
        std::string(R"({"token":"a","access_token":"b"})"), std::string(R"({"token":"a\r\nX: y"})"),
        std::string(R"({"token":"a b"})"), std::string("{\"token\":\"\xc3\xa4\"}"),
        std::string("<html>"),
        R"({"token":")" + std::string(limits::kBearerTokenBytes + 1, 't') + R"("})",
        R"({"token":"t","x":")" + std::string(limits::kTokenBytes, 'x') + R"("})"}) {
    const auto token = parse_token(body, clock_.now());
    ASSERT_FALSE(token) << body.substr(0, 40);
    EXPECT_EQ(token.error().reason, Reason::RegistryResponse);
  }
}

// REG-61; the clock stands at 2026-03-01T00:00:00Z.
TEST_F(TokenClient, ReckonsTheLifeByItsOwnClock) {
  const struct {
    const char* members;
    int life;
  } rows[] = {{"", 60},
              {R"(,"expires_in":0)", 60},
              {R"(,"expires_in":-1)", 60},
              {R"(,"expires_in":5)", 60},
              {R"(,"expires_in":300)", 300},
              {R"(,"expires_in":"300")", 300},
              {R"(,"expires_in":300.5)", 300},
              {R"(,"expires_in":1000000000)", 3'600},
              {R"(,"expires_in":1e300)", 60},
              {R"(,"expires_in":"soon")", 60},
              {R"(,"expires_in":null)", 60},
              {R"(,"expires_in":300,"issued_at":"2026-02-28T23:59:00Z")", 240},
              {R"(,"expires_in":300,"issued_at":"2026-03-01T00:10:00Z")", 300},
              {R"(,"expires_in":300,"issued_at":"2026-02-28T20:00:00Z")", 300},
              {R"(,"expires_in":300,"issued_at":"0001-01-01T00:00:00Z")", 300},
              {R"(,"expires_in":300,"issued_at":"yesterday")", 300}};
  for (const auto& [members, life] : rows) {
    const auto token = parse_token(std::string(R"({"token":"t")") + members + "}", clock_.now());
    ASSERT_TRUE(token) << members;
    EXPECT_EQ(token->life, seconds(life)) << members;
  }
}

}  // namespace
}  // namespace countersign::registry

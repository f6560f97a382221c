// SPDX-License-Identifier: Apache-2.0
#include "azure/refresh_token.h"

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "support/fixed_clock.h"
#include "unit/azure/container_registry.h"

namespace countersign::azure {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using test::answer;

const std::string kUrl = "https://contoso.azurecr.io/oauth2/exchange";
constexpr std::string_view kFreeText = "client with IP 10.1.2.3 is not allowed";

net::Response error(int status, const std::string& code) {
  return answer(status, {},
                R"({"errors":[{"code":")" + code + R"(","message":")" + std::string(kFreeText) +
                    " " + std::string(kAzureToken) + R"("}]})");
}

class RefreshTokenTest : public testing::Test {
 protected:
  Result<RefreshToken> ask() {
    const auto place = ExchangePlace::of(access_);
    if (!place) {
      return std::unexpected(place.error());
    }
    return ask_refresh_token(*place, {giver_, http_, clock_}, clock_.in(minutes(1)));
  }
  RegistryAccess access_{std::string(kLoginServer), "https://containerregistry.azure.net", "t"};
  test::FixedClock clock_;  // 2026-03-01, 1772323200
  test::ScriptedTransport http_;
  std::vector<std::string> given_{std::string(kAzureToken)};  // one after the other
  std::vector<std::string> refused_;                          // what the giver was told
  std::optional<Error> no_token_;                             // instead of the second
  TokenGiver giver_ = [this](const Secret& refused, Deadline) -> Result<Secret> {
    refused_.push_back(refused.reveal());
    if (refused_.size() > 1 && no_token_) {
      return std::unexpected(*no_token_);
    }
    return Secret(given_.at(std::min(refused_.size(), given_.size()) - 1));
  };
};

TEST_F(RefreshTokenTest, SendsExactlyTheseFields) {  // AZ-46
  http_.expect(kUrl, answer(200, {}, refresh_reply("opaque")));
  const auto token = ask();
  ASSERT_TRUE(token) << token.error().detail;
  EXPECT_EQ(token->text.reveal(), "opaque");
  const auto& sent = http_.seen().at(0);
  EXPECT_EQ(sent.method, net::Method::Post);
  EXPECT_EQ(sent.body, "grant_type=access_token&service=contoso.azurecr.io&tenant=t&access_token=" +
                           std::string(kAzureToken));
  EXPECT_EQ(test::header_of(sent, "Content-Type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(test::header_of(sent, "Authorization"), "");
  EXPECT_EQ(sent.max_response, limits::kTokenBytes);
  EXPECT_EQ(sent.kind, "token");
  EXPECT_EQ(sent.answer, net::Request::Answer::Secret);
  EXPECT_EQ(refused_, (std::vector<std::string>{""}));
}

TEST_F(RefreshTokenTest, EncodesWhatItSendsAndLeavesOutAnUnknownTenant) {
  access_.tenant = "a&b=c d";
  given_ = {"x+/=&y"};
  http_.expect(kUrl, answer(200, {}, refresh_reply("opaque")));
  EXPECT_TRUE(ask());
  EXPECT_EQ(http_.seen()[0].body,
            "grant_type=access_token&service=contoso.azurecr.io&tenant=a%26b%3Dc%20d"
            "&access_token=x%2B%2F%3D%26y");
  access_.tenant = "";
  http_.expect(kUrl, answer(200, {}, refresh_reply("opaque")));
  EXPECT_TRUE(ask());
  EXPECT_EQ(http_.seen()[1].body,
            "grant_type=access_token&service=contoso.azurecr.io&access_token=x%2B%2F%3D%26y");
}

TEST_F(RefreshTokenTest, TheAddressIsMadeOfTheLoginServer) {
  const auto url = [](const std::string& host) {
    const auto place = ExchangePlace::of({host, "", ""});
    return place ? place->url.text() : std::string(wire_name(place.error().reason));
  };
  EXPECT_EQ(url("contoso.azurecr.io"), kUrl);
  EXPECT_EQ(url("registry.example.com:8443"), "https://registry.example.com:8443/oauth2/exchange");
  for (const char* host :
       {"contoso.azurecr.io/x", "contoso.azurecr.io?", "contoso.azurecr.io#",
        "user@contoso.azurecr.io", "contoso.azurecr.io@evil.test",
        "contoso.azurecr.io:", "contoso.azurecr.io ", "", "contoso.azurecr.io.",
        "CONTOSO.azurecr.io", "docker.io", "index.docker.io", "contoso.azurecr.io\\evil.test",
        "contoso.azurecr.io%2f", "contoso.azurecr.io\r\nx:y"}) {
    const auto refused = url(host);
    EXPECT_TRUE(refused == "INTERNAL" || refused == "BAD_REFERENCE") << host << ": " << refused;
  }
}

TEST_F(RefreshTokenTest, LivesAsLongAsItSaysWithinBounds) {  // AZ-48
  const auto now = clock_.now().time_since_epoch().count();
  const auto in = [&](std::int64_t time) { return std::to_string(now + time); };
  const struct {
    std::string token;
    seconds life;
  } rows[] = {
      {make_jwt(R"({"exp":)" + in(4'500) + "}"), seconds(4'500)},
      {make_jwt(R"({"exp":)" + in(10'800) + "}"), seconds(10'800)},
      {make_jwt(R"({"exp":)" + in(1) + "}"), seconds(1)},
      {make_jwt(R"({"nbf":)" + in(-900) + R"(,"exp":)" + in(9'000) + "}"), seconds(9'000)},
      // Our clock is behind: by the registry's own the token lives for 35 minutes.
      {make_jwt(R"({"nbf":)" + in(3'600) + R"(,"exp":)" + in(5'700) + "}"), seconds(2'100)},
      // Longer than any is documented to.
      {make_jwt(R"({"exp":)" + in(10'801) + "}"), limits::kAcrTokenLifeMost},
      {make_jwt(R"({"exp":253402300799})"), limits::kAcrTokenLifeMost},
      // In the past, absurd, or nothing at all: as if it said nothing.
      {make_jwt(R"({"exp":)" + in(0) + "}"), limits::kAcrTokenLife},
      {make_jwt(R"({"exp":)" + in(-86'400) + "}"), limits::kAcrTokenLife},
      {make_jwt(R"({"exp":0})"), limits::kAcrTokenLife},
      {make_jwt(R"({"exp":-5})"), limits::kAcrTokenLife},
      {make_jwt(R"({"exp":1000000000000000000})"), limits::kAcrTokenLife},
      {make_jwt(R"({"exp":1e300})"), limits::kAcrTokenLife},
      {make_jwt(R"({"exp":"soon"})"), limits::kAcrTokenLife},
      {make_jwt(R"({"nbf":)" + in(9'000) + R"(,"exp":)" + in(8'000) + "}"), limits::kAcrTokenLife},
      {make_jwt(R"({"nbf":)" + in(0) + "}"), limits::kAcrTokenLife},
      {make_jwt("{}"), limits::kAcrTokenLife},
      {"opaque", limits::kAcrTokenLife},
      {"a.b.c", limits::kAcrTokenLife},
  };
  for (const auto& [text, life] : rows) {
    http_.expect(kUrl, answer(200, {}, refresh_reply(text)));
    const auto token = ask();
    ASSERT_TRUE(token) << text;
    EXPECT_EQ(token->life, life) << text;
    EXPECT_EQ(token->text.reveal(), text);
  }
}

TEST_F(RefreshTokenTest, AnAnswerWithoutATokenIsNone) {
  for (const std::string& body :
       {std::string(), std::string("<html>"), std::string("{}"), std::string("[]"),
        std::string(R"({"refresh_token":""})"), std::string(R"({"refresh_token":7})"),
        std::string(R"({"access_token":"a"})"), std::string(R"({"refresh_token":"a\r\nb"})"),
        std::string(R"({"refresh_token":"a b"})"), std::string(R"({"refresh_token":"é"})"),
        std::string(R"({"refresh_token":"a"}x)"),
        R"({"refresh_token":")" + std::string(limits::kBearerTokenBytes + 1, 'a') + R"("})"}) {
    http_.expect(kUrl, answer(200, {}, body));
    const auto token = ask();
    ASSERT_FALSE(token) << body;
    EXPECT_EQ(token.error().reason, Reason::RegistryResponse) << body;
  }
}

struct Refusal {
  net::Response response;
  Reason reason;
  std::vector<std::string> hints;
};

TEST_F(RefreshTokenTest, ARefusalSaysWhatToDo) {  // AZ-49
  const Refusal rows[] = {
      {error(401, "UNAUTHORIZED"),
       Reason::RegistryAuth,
       {"401 UNAUTHORIZED", "AcrPull", "Container Registry Repository Reader"}},
      {answer(401), Reason::RegistryAuth, {"AcrPull", "Container Registry Repository Reader"}},
      {error(403, "DENIED"), Reason::RegistryAuth, {"403 DENIED", "network rules"}},
      {error(403, "OTHER"), Reason::RegistryAuth, {"403 OTHER", "network rules", "AcrPull"}},
      {answer(403, {}, "<html>"), Reason::RegistryAuth, {"403", "network rules"}},
      {answer(404, {}, "404 page not found"), Reason::RegistryAuth, {"is it a login server?"}},
      {answer(405), Reason::RegistryAuth, {"is it a login server?"}},
      {answer(400), Reason::RegistryAuth, {"tenant"}},
  };
  for (const auto& [response, reason, hints] : rows) {
    const int sent = response.status == 401 ? 2 : 1;
    given_ = {std::string(kAzureToken), "another"};
    refused_.clear();
    for (int count = 0; count < sent; ++count) {
      http_.expect(kUrl, response);
    }
    const auto token = ask();
    ASSERT_FALSE(token) << response.status;
    EXPECT_EQ(token.error().reason, reason) << response.status;
    EXPECT_TRUE(token.error().detail.starts_with("contoso.azurecr.io answers "));
    for (const auto& hint : hints) {
      EXPECT_NE(token.error().detail.find(hint), std::string::npos) << token.error().detail;
    }
    EXPECT_EQ(token.error().detail.find("client with"), std::string::npos);
    EXPECT_EQ(token.error().detail.find(kAzureToken.substr(0, 8)), std::string::npos);
  }
}

TEST_F(RefreshTokenTest, WhatIsNoRefusalKeepsItsReason) {
  const struct {
    Result<net::Response> outcome;
    Reason reason;
  } rows[] = {
      {error(429, "TOOMANYREQUESTS"), Reason::RegistryThrottled},
      {answer(408), Reason::RegistryUnavailable},
      {answer(500), Reason::RegistryUnavailable},
      {answer(503, {}, "<html>"), Reason::RegistryUnavailable},
      {answer(204), Reason::RegistryResponse},
      {answer(418), Reason::RegistryResponse},
      {fail(Reason::RegistryUnavailable, "reset"), Reason::RegistryUnavailable},
      {fail(Reason::RegistryThrottled, "quiet"), Reason::RegistryThrottled},
      {fail(Reason::AddressNotAllowed, ""), Reason::AddressNotAllowed},
      {fail(Reason::DeadlineExceeded, ""), Reason::DeadlineExceeded},
  };
  for (const auto& [outcome, reason] : rows) {
    http_.expect(kUrl, outcome);
    const auto token = ask();
    ASSERT_FALSE(token);
    EXPECT_EQ(token.error().reason, reason);
    EXPECT_EQ(token.error().detail.find("client with"), std::string::npos);
  }
}

TEST_F(RefreshTokenTest, ARedirectIsAnErrorAndNothingIsResent) {  // AZ-46
  for (const int status : {301, 302, 303, 307, 308}) {
    for (const char* target :
         {"https://evil.test/oauth2/exchange", "https://contoso.azurecr.io:8443/oauth2/exchange",
          "http://contoso.azurecr.io/oauth2/exchange", "/oauth2/other", ""}) {
      http_.expect(kUrl, answer(status, {{"location", target}}));
      const auto token = ask();
      ASSERT_FALSE(token);
      EXPECT_EQ(token.error().reason, Reason::RegistryResponse) << status << target;
      EXPECT_EQ(token.error().detail.find("evil"), std::string::npos);
    }
  }
}

TEST_F(RefreshTokenTest, ARefusedAzureTokenIsReplacedOnce) {
  given_ = {"stale", "fresh"};
  http_.expect(kUrl, error(401, "UNAUTHORIZED"))
      .expect(kUrl, answer(200, {}, refresh_reply("opaque")));
  EXPECT_TRUE(ask());
  EXPECT_EQ(refused_, (std::vector<std::string>{"", "stale"}));
  EXPECT_TRUE(http_.seen()[0].body.ends_with("access_token=stale"));
  EXPECT_TRUE(http_.seen()[1].body.ends_with("access_token=fresh"));
  refused_.clear();
  http_.expect(kUrl, answer(401)).expect(kUrl, answer(403));
  EXPECT_EQ(ask().error().reason, Reason::RegistryAuth);
}

TEST_F(RefreshTokenTest, TheSameTokenIsNotSentTwice) {
  given_ = {"same"};
  http_.expect(kUrl, answer(401));
  EXPECT_EQ(ask().error().reason, Reason::RegistryAuth);
}

TEST_F(RefreshTokenTest, WithoutAnAzureTokenNothingIsSent) {
  for (const auto reason :
       {Reason::AzureIdentityRefused, Reason::AzureIdentityUnavailable, Reason::DeadlineExceeded}) {
    const TokenGiver none = [&](const Secret&, Deadline) -> Result<Secret> {
      return fail(reason, "");
    };
    const auto place = ExchangePlace::of(access_).value();
    EXPECT_EQ(ask_refresh_token(place, {none, http_, clock_}, clock_.in(minutes(1))).error().reason,
              reason);
  }
  no_token_ = Error{Reason::AzureIdentityUnavailable, ""};
  http_.expect(kUrl, answer(401));
  EXPECT_EQ(ask().error().reason, Reason::AzureIdentityUnavailable);
}

}  // namespace
}  // namespace countersign::azure

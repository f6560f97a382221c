// SPDX-License-Identifier: Apache-2.0
#include "azure/token_exchange.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "support/fixed_clock.h"
#include "support/scripted_transport.h"

namespace countersign::azure {
namespace {

using std::chrono::seconds;

constexpr const char* kUrl = "https://login/t/oauth2/v2.0/token";
constexpr const char* kGood = R"({"token_type":"Bearer","expires_in":3600,"access_token":"t"})";

class Exchange : public testing::Test {
 protected:
  Result<AccessToken> send(Result<net::Response> answer) {
    http_.expect(kUrl, std::move(answer));
    net::Request request;
    request.url = kUrl;
    request.body = "secret";
    return exchange_.send(std::move(request), clock_.in(seconds(5)));
  }
  Reason reason(Result<net::Response> answer) {
    const auto token = send(std::move(answer));
    EXPECT_FALSE(token);
    return token ? Reason::Internal : token.error().reason;
  }
  seconds quiet() const {
    return std::chrono::duration_cast<seconds>(exchange_.quiet_until() - clock_.tick());
  }

  test::FixedClock clock_;
  test::ScriptedTransport http_;
  TokenExchange exchange_{http_, clock_, read_entra_error};
};

TEST_F(Exchange, SaysWhatItTakes) {
  const auto token = send(test::answer(200, {}, kGood));
  ASSERT_TRUE(token);
  EXPECT_EQ(token->text.reveal(), "t");
  const auto& sent = http_.seen().front();
  EXPECT_EQ(test::header_of(sent, "Accept"), "application/json");
  EXPECT_EQ(sent.max_response, limits::kTokenBytes);
  EXPECT_EQ(sent.wait, seconds(10));
  EXPECT_EQ(sent.kind, "token");
  EXPECT_EQ(sent.answer, net::Request::Answer::Secret);
}

// The transport refuses an answer that is encoded, and one beyond the limit.
TEST_F(Exchange, TakesNothingButJsonWith200) {  // AZ-12
  const auto unavailable = Reason::AzureIdentityUnavailable;
  for (const int status : {301, 302, 307, 308}) {
    EXPECT_EQ(reason(test::answer(status, {{"location", "https://evil/"}}, kGood)), unavailable);
  }
  EXPECT_EQ(reason(test::answer(201, {}, kGood)), unavailable);
  EXPECT_EQ(reason(test::answer(200, {{"content-type", "text/html"}}, "<html>hello</html>")),
            unavailable);
  EXPECT_EQ(reason(test::answer(200, {}, std::string(kGood).substr(0, 40))), unavailable);
  EXPECT_EQ(reason(test::answer(200, {}, "")), unavailable);
  EXPECT_EQ(reason(test::answer(200, {}, std::string("\x1f\x8b\x08\x00\x01", 5))), unavailable);
  EXPECT_EQ(reason(fail(Reason::RegistryResponse, "the body is encoded")), unavailable);
  EXPECT_EQ(reason(fail(Reason::RegistryResponse, "the body is too large")), unavailable);
  EXPECT_EQ(http_.seen().size(), 11U) << "nothing was followed, nothing tried again";
}

TEST_F(Exchange, WithoutAnAnswerIsUnavailable) {
  for (const auto below : {Reason::RegistryUnavailable, Reason::AddressNotAllowed,
                           Reason::BadConfig, Reason::Overloaded, Reason::RegistryThrottled}) {
    const auto token = send(fail(below, "login: no route"));
    ASSERT_FALSE(token);
    EXPECT_EQ(token.error().reason, Reason::AzureIdentityUnavailable) << wire_name(below);
    EXPECT_EQ(token.error().detail, "login: no route");
  }
  EXPECT_EQ(reason(fail(Reason::DeadlineExceeded, "late")), Reason::DeadlineExceeded);
}

TEST_F(Exchange, RemembersTheLongestWish) {
  EXPECT_LT(exchange_.quiet_until(), clock_.tick());
  EXPECT_EQ(reason(test::answer(429, {{"retry-after", "30"}}, "")),
            Reason::AzureIdentityUnavailable);
  EXPECT_EQ(quiet(), seconds(30));
  EXPECT_EQ(reason(test::answer(429, {{"retry-after", "5"}}, "")),
            Reason::AzureIdentityUnavailable);
  EXPECT_EQ(quiet(), seconds(30));
  clock_.advance(seconds(20));
  EXPECT_EQ(reason(test::answer(503, {{"retry-after", "20"}}, "")),
            Reason::AzureIdentityUnavailable);
  EXPECT_EQ(quiet(), seconds(20));
}

}  // namespace
}  // namespace countersign::azure

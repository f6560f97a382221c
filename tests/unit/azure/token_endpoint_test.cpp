// SPDX-License-Identifier: Apache-2.0
#include "azure/token_endpoint.h"

#include <gtest/gtest.h>

#include "support/fixed_clock.h"
#include "support/scripted_transport.h"

namespace countersign::azure {
namespace {

using std::chrono::seconds;

constexpr const char* kGood = R"({"token_type":"Bearer","expires_in":3600,"access_token":"t"})";

TEST(TokenEndpoint, IsBelowTheAuthority) {
  const test::FixedClock clock;
  test::ScriptedTransport http;
  TokenEndpoint endpoint({"https://login.example:8443/", "contoso.com", "c1"}, http, clock);
  EXPECT_EQ(endpoint.url(), "https://login.example:8443/contoso.com/oauth2/v2.0/token");
  http.expect(endpoint.url(), test::answer(200, {}, kGood));
  ASSERT_TRUE(endpoint.ask("https://vault.azure.net", Secret("proof=1"), clock.in(seconds(5))));
  const auto& sent = http.seen().front();
  EXPECT_EQ(sent.method, net::Method::Post);
  EXPECT_EQ(sent.body,
            "grant_type=client_credentials&client_id=c1&"
            "scope=https%3A%2F%2Fvault.azure.net%2F.default&proof=1");
}

TEST(TokenEndpoint, EncodesWhatIsSecret) {
  EXPECT_EQ(secret_proof(Secret("a+b/c=d&e~f")).reveal(), "client_secret=a%2Bb%2Fc%3Dd%26e~f");
  EXPECT_EQ(assertion_proof(Secret("a.b_c.d-e")).reveal(),
            "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
            "&client_assertion=a.b_c.d-e");
}

TEST(TokenEndpoint, PassesOnThatAzureWantsPeace) {
  const test::FixedClock clock;
  test::ScriptedTransport http;
  TokenEndpoint endpoint({"https://login/", "t", "c"}, http, clock);
  http.expect(endpoint.url(), test::answer(429, {{"retry-after", "9"}}, ""));
  EXPECT_FALSE(endpoint.ask("https://a", Secret("x"), clock.in(seconds(5))));
  EXPECT_EQ(endpoint.quiet_until(), clock.tick() + seconds(9));
}

}  // namespace
}  // namespace countersign::azure

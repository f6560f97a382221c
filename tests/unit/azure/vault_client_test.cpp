// SPDX-License-Identifier: Apache-2.0
#include "azure/vault_client.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "support/fixed_clock.h"
#include "unit/azure/vault_answers.h"

namespace countersign::azure {
namespace {

using namespace answers;
using test::header_of;
using Kind = Resource::Kind;
using Texts = std::vector<std::string>;

struct VaultClientTest : testing::Test {
  test::FixedClock clock;
  test::ScriptedTransport http;
  Tokens tokens;
  VaultClient client{access(), tokens.giver(), http};
  std::vector<std::string> details;

  Deadline soon() const { return clock.in(std::chrono::seconds(10)); }

  // What came of each: the text, "gone", or a reason.
  Texts get(const std::vector<Resource>& resources) { return get(client, resources); }
  Texts get(const VaultClient& from, const std::vector<Resource>& resources) {
    Texts found(resources.size());
    const auto asked =
        from.get(resources, soon(), [&](std::size_t index, Result<VaultAnswer>& answer) {
          if (!answer) {
            details.push_back(answer.error().detail);
          }
          found.at(index) = !answer ? std::string(wire_name(answer.error().reason))
                            : answer->state == VaultAnswer::State::Gone ? "gone"
                                                                        : answer->text;
        });
    return asked ? found : Texts{std::string(wire_name(asked.error().reason))};
  }
};

Resource secret_named(const std::string& name) { return {.kind = Kind::Secret, .name = name}; }

TEST_F(VaultClientTest, SendsWhatKeyVaultWants) {
  http.expect(url("/secrets/a"), good("A"))
      .expect(url("/certificates/b"), good("B"))
      .expect(url("/secrets/gone"), refusal(404, "SecretNotFound"));
  EXPECT_EQ(
      get({secret_named("a"), {.kind = Kind::Certificate, .name = "b"}, secret_named("gone")}),
      (Texts{"A", "B", "gone"}));
  EXPECT_EQ(http.batches(), std::vector<std::size_t>{3});
  for (const auto& request : http.seen()) {
    EXPECT_EQ(request.method, net::Method::Get);
    EXPECT_EQ(header_of(request, "Authorization"), "Bearer token-1");
    EXPECT_EQ(header_of(request, "Accept"), "application/json");
    EXPECT_EQ(request.max_response, limits::kVaultAnswerBytes);
    EXPECT_EQ(request.kind, "vault");
    EXPECT_TRUE(request.body.empty());
  }
  EXPECT_EQ(http.seen()[0].answer, net::Request::Answer::Secret);
  EXPECT_EQ(http.seen()[1].answer, net::Request::Answer::Ordinary);
}

TEST_F(VaultClientTest, AsksForAFewAtATime) {
  std::vector<Resource> resources;
  for (std::size_t i = 0; i < limits::kVaultAtOnce * 2 + 1; ++i) {
    const auto name = "s" + std::to_string(i);
    resources.push_back(secret_named(name));
    http.expect(url("/secrets/" + name), good(name));
  }
  const auto found = get(resources);
  EXPECT_EQ(found.back(), resources.back().name);
  EXPECT_EQ(http.batches(),
            (std::vector<std::size_t>{limits::kVaultAtOnce, limits::kVaultAtOnce, 1}));
  EXPECT_EQ(get({}), Texts{});
}

TEST_F(VaultClientTest, WithoutATokenNothingIsSent) {
  tokens.failure = Error{Reason::AzureIdentityRefused, "AADSTS700016"};
  EXPECT_EQ(get({secret_named("a")}), Texts{"AZURE_IDENTITY_REFUSED"});
}

const std::string kChallenge =
    "Bearer authorization=\"https://login.microsoftonline.com/11111111-2222\", "
    "resource=\"https://vault.azure.net\"";

TEST_F(VaultClientTest, ReplacesARefusedTokenOnce) {  // AZ-23
  http.expect(url("/secrets/a"), good("A"))
      .expect(url("/secrets/b"), unauthorized(kChallenge))
      .expect(url("/secrets/c"), unauthorized(kChallenge))
      .expect(url("/secrets/b"), good("B"))
      .expect(url("/secrets/c"), good("C"));
  EXPECT_EQ(get({secret_named("a"), secret_named("b"), secret_named("c")}), (Texts{"A", "B", "C"}));
  EXPECT_EQ(http.batches(), (std::vector<std::size_t>{3, 2})) << "who was answered is left alone";
  EXPECT_EQ(tokens.refused, Texts{"token-1"}) << "one new token for all";
  EXPECT_EQ(header_of(http.seen()[4], "Authorization"), "Bearer token-2");

  // For ever: one retry, and the hint that the challenge gives. Whatever tenant it names, we ask
  // for no token there: the giver is not even told.
  for (const auto& challenge : {kChallenge, std::string(),
                                kChallenge + ", error=\"insufficient_claims\", claims=\"eyJ9\""}) {
    tokens = {};
    details.clear();
    http.expect(url("/secrets/a"), unauthorized(challenge))
        .expect(url("/secrets/a"), unauthorized(challenge, "AKV10032: Invalid issuer. words"));
    EXPECT_EQ(get({secret_named("a")}), Texts{"KEY_VAULT_DENIED"});
    EXPECT_EQ(tokens.refused, Texts{"token-1"});
    ASSERT_EQ(details.size(), 1U);
    EXPECT_NE(details[0].find("AKV10032"), std::string::npos);
    EXPECT_EQ(details[0].find("11111111-2222") != std::string::npos, !challenge.empty());
    EXPECT_EQ(details[0].find("Invalid issuer"), std::string::npos);
    EXPECT_EQ(details[0].find("token-"), std::string::npos);
  }

  // Another resource: our tokens are for the wrong thing, and a new one would be as well.
  tokens = {};
  details.clear();
  http.expect(url("/secrets/a"), unauthorized("Bearer resource=\"https://attacker.example\""));
  EXPECT_EQ(get({secret_named("a")}), Texts{"KEY_VAULT_DENIED"});
  EXPECT_EQ(tokens.asked, 1U);
  EXPECT_NE(details[0].find("https://attacker.example"), std::string::npos);
}

TEST_F(VaultClientTest, SaysWhenTheSecondTokenCanNotBeHad) {
  const auto giver = [](const Secret& refused, Deadline) -> Result<Secret> {
    if (refused.empty()) {
      return Secret("one");
    }
    return fail(Reason::AzureIdentityUnavailable, "no answer");
  };
  const VaultClient other(access(), giver, http);
  http.expect(url("/secrets/a"), unauthorized()).expect(url("/secrets/b"), good("B"));
  EXPECT_EQ(get(other, {secret_named("a"), secret_named("b")}),
            (Texts{"AZURE_IDENTITY_UNAVAILABLE", "B"}));
}

TEST_F(VaultClientTest, FollowsNoRedirect) {  // AZ-41
  for (const int status : {301, 302, 303, 307, 308}) {
    http.expect(url("/secrets/a"),
                test::answer(status, {{"location", "https://attacker.example/secrets/a"}}));
    EXPECT_EQ(get({secret_named("a")}), Texts{"KEY_VAULT_UNAVAILABLE"}) << status;
  }
  EXPECT_EQ(http.seen().size(), 5U) << "nothing was sent anywhere else";
}

TEST_F(VaultClientTest, PostsADocument) {
  const Resource signature{
      .kind = Kind::Key, .part = Resource::Part::Signature, .name = "k", .version = version(1)};
  const auto address = url("/keys/k/" + version(1) + "/sign");
  http.expect(address, unauthorized(kChallenge)).expect(address, good("S"));
  const auto answer = client.post(signature, R"({"alg":"ES256"})", soon());
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->text, "S");
  for (const auto& request : http.seen()) {
    EXPECT_EQ(request.method, net::Method::Post);
    EXPECT_EQ(header_of(request, "Content-Type"), "application/json");
    EXPECT_EQ(request.body, R"({"alg":"ES256"})");
  }
  EXPECT_EQ(header_of(http.seen()[1], "Authorization"), "Bearer token-2");
}

}  // namespace
}  // namespace countersign::azure

// SPDX-License-Identifier: Apache-2.0
#include "registry/authenticator.h"

#include <optional>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "support/fixed_clock.h"
#include "support/scripted_transport.h"

namespace countersign::registry {
namespace {

using std::chrono::minutes;

class AuthenticatorTest : public testing::Test {
 protected:
  Asking pushing() {
    auto asking = this->asking("a");
    asking.access = Access::Push;
    return asking;
  }
  std::string prepare(std::string_view path = "a") {
    return shown(authenticator_->prepare(who(), asking(path)));
  }

  // To a 401 with this challenge, after a request that sent this.
  std::string answer(const std::string& challenge, const std::string& sent = "",
                     std::string_view path = "a") {
    net::Response response{401, {}, ""};
    if (!challenge.empty()) {
      response.headers.push_back({"www-authenticate", challenge});
    }
    const auto demand = authenticator_->learn(response, asked_, asking(path));
    return demand ? shown(authenticator_->meet(*demand, who(), Secret(sent), asking(path)))
                  : std::string(wire_name(demand.error().reason));
  }

  const Credential* who() const { return credential_ ? &*credential_ : nullptr; }
  Asking asking(std::string_view path) { return {path, http_, clock_.in(minutes(1))}; }

  static std::string shown(const Result<Secret>& result) {
    return result ? result->reveal() : std::string(wire_name(result.error().reason));
  }
  void password(std::string user, std::string secret) {
    credential_ =
        Credential{Credential::Kind::Password, std::move(user), Secret(std::move(secret))};
  }
  void expect_token(const std::string& token) {
    http_.expect(kToken, test::answer(200, {}, R"({"token":")" + token + R"(","expires_in":100})"));
  }

  const std::string kToken = "https://h/token?scope=repository%3Aa%3Apull&service=s";
  const std::string kPushToken = "https://h/token?scope=repository%3Aa%3Apull%2Cpush&service=s";
  const std::string kBearer =
      R"(Bearer realm="https://h/token",service="s",scope="repository:a:pull")";
  const net::Url asked_ = net::Url::parse("https://h/v2/a/manifests/b", Reason::Internal).value();
  test::FixedClock clock_;
  test::ScriptedTransport http_;
  std::optional<Credential> credential_;
  std::optional<Authenticator> authenticator_{std::in_place, "h", TrustedIssuers(), clock_};
};

TEST_F(AuthenticatorTest, AnUnknownRegistryIsAskedWithoutCredentials) {
  password("u", "p");
  EXPECT_EQ(prepare(), "");
}

TEST_F(AuthenticatorTest, FetchesATokenAndKeepsIt) {
  expect_token("one");
  EXPECT_EQ(answer(kBearer), "Bearer one");
  EXPECT_EQ(prepare(), "Bearer one");
  clock_.advance(std::chrono::seconds(91));
  expect_token("two");  // without another 401
  EXPECT_EQ(prepare(), "Bearer two");
}

TEST_F(AuthenticatorTest, ATokenThatMayPushIsAnother) {
  expect_token("pull");
  EXPECT_EQ(answer(kBearer), "Bearer pull");
  http_.expect(kPushToken, test::answer(200, {}, R"({"token":"push","expires_in":100})"));
  EXPECT_EQ(shown(authenticator_->prepare(who(), pushing())), "Bearer push");
  EXPECT_EQ(prepare(), "Bearer pull");
  EXPECT_EQ(shown(authenticator_->prepare(who(), pushing())), "Bearer push");
}

// What a registry offers to who pushes is not asked for by who pulls.
TEST_F(AuthenticatorTest, APushsChallengeChangesNoPull) {
  const std::string reading =
      R"(Bearer realm="https://h/token",service="s",scope="repository:a:pull,metadata_read")";
  http_.expect("https://h/token?scope=repository%3Aa%3Apull%2Cmetadata_read&service=s",
               test::answer(200, {}, R"({"token":"pull","expires_in":100})"));
  EXPECT_EQ(answer(reading), "Bearer pull");
  const net::Response challenge{
      401,
      {{"www-authenticate",
        R"(Bearer realm="https://h/token",service="s",scope="repository:a:pull,push,delete")"}},
      ""};
  const auto demand = authenticator_->learn(challenge, asked_, pushing());
  ASSERT_TRUE(demand);
  http_.expect(kPushToken, test::answer(200, {}, R"({"token":"push","expires_in":100})"));
  EXPECT_EQ(shown(authenticator_->meet(*demand, who(), Secret(), pushing())), "Bearer push");
  http_.expect("https://h/token?scope=repository%3Ab%3Apull%2Cmetadata_read&service=s",
               test::answer(200, {}, R"({"token":"b","expires_in":100})"));
  EXPECT_EQ(prepare("b"), "Bearer b");
}

TEST_F(AuthenticatorTest, ARefusedTokenIsReplacedOnce) {
  expect_token("one");
  EXPECT_EQ(answer(kBearer), "Bearer one");
  expect_token("two");
  EXPECT_EQ(answer(kBearer, "Bearer one"), "Bearer two");
}

// A token belongs to the credential it was given for.
TEST_F(AuthenticatorTest, AnotherCredentialDoesNotFindTheToken) {
  password("u", "p");
  expect_token("one");
  EXPECT_EQ(answer(kBearer), "Bearer one");
  password("u", "q");
  expect_token("two");
  EXPECT_EQ(prepare(), "Bearer two");
}

TEST_F(AuthenticatorTest, PrefersBearerAndRemembersBasic) {
  password("u", "p");
  expect_token("one");
  EXPECT_EQ(answer("Basic realm=\"x\", " + kBearer), "Bearer one");
  EXPECT_EQ(answer("Basic realm=\"x\""), "Basic dTpw");
  EXPECT_EQ(prepare(), "Basic dTpw");
  EXPECT_EQ(answer("Basic realm=\"x\"", "Basic dTpw"), "REGISTRY_AUTH");
}

// REG-72, C15, C20
TEST_F(AuthenticatorTest, WhatCantBeMetIsAnError) {
  EXPECT_EQ(answer("Basic realm=\"x\""), "REGISTRY_AUTH");
  EXPECT_EQ(answer(""), "REGISTRY_AUTH");
  EXPECT_EQ(answer("Bearer service=\"s\""), "REGISTRY_AUTH");
  EXPECT_EQ(answer("Negotiate"), "REGISTRY_AUTH");
  EXPECT_EQ(answer(R"(Bearer realm="https://evil/token")"), "REGISTRY_AUTH");
  EXPECT_EQ(answer(R"(Bearer realm="https://evil/token", Basic realm="x")"), "REGISTRY_AUTH");
}

// REG-71
TEST_F(AuthenticatorTest, ARegistryTokenIsSentAsItIs) {
  credential_ = Credential{Credential::Kind::RegistryToken, "", Secret("ready")};
  EXPECT_EQ(prepare(), "Bearer ready");
  EXPECT_EQ(answer(kBearer, "Bearer ready"), "REGISTRY_AUTH");
}

// REG-80
TEST_F(AuthenticatorTest, ARefusedCredentialIsNotAnonymous) {
  password("u", "wrong");
  http_.expect(kToken, test::answer(401));
  EXPECT_EQ(answer(kBearer), "REGISTRY_AUTH");
  EXPECT_EQ(prepare(), "REGISTRY_AUTH");  // and the issuer is not asked again at once
  clock_.advance(limits::kAbsenceLife);
  http_.expect(kToken, test::answer(403));
  EXPECT_EQ(prepare(), "REGISTRY_AUTH");
}

// C22; for a repository that is new to us, too.
TEST_F(AuthenticatorTest, AKnownDemandIsMetBeforeItIsMade) {
  expect_token("one");
  EXPECT_EQ(answer(kBearer), "Bearer one");
  http_.expect("https://h/token?scope=repository%3Ab%3Apull&service=s",
               test::answer(200, {}, R"({"token":"two"})"));
  EXPECT_EQ(prepare("b"), "Bearer two");
}

TEST_F(AuthenticatorTest, WhatElseARegistryWantsReadIsAskedForEverywhere) {
  http_.expect("https://h/token?scope=repository%3Aa%3Apull%2Cmetadata_read",
               test::answer(200, {}, R"({"token":"one"})"));
  EXPECT_EQ(answer(R"(Bearer realm="/token",scope="repository:a:pull,metadata_read")"),
            "Bearer one");
  http_.expect("https://h/token?scope=repository%3Ab%3Apull%2Cmetadata_read",
               test::answer(200, {}, R"({"token":"two"})"));
  EXPECT_EQ(prepare("b"), "Bearer two");
}

// "insufficient_scope": the token is replaced by one of the scope that is wanted.
TEST_F(AuthenticatorTest, ATokenWithTooLittleScopeIsReplaced) {
  expect_token("one");
  EXPECT_EQ(answer(kBearer), "Bearer one");
  http_.expect("https://h/token?scope=repository%3Aa%3Apull%2Cmetadata_read&service=s",
               test::answer(200, {}, R"({"token":"two"})"));
  EXPECT_EQ(answer(R"(Bearer realm="/token",service="s",error="insufficient_scope",)"
                   R"(scope="repository:a:pull,metadata_read")",
                   "Bearer one"),
            "Bearer two");
}

// A demand may have changed when it can't be met: then the registry is asked what it demands now.
TEST_F(AuthenticatorTest, ADemandThatCantBeMetIsForgotten) {
  for (const auto& failure :
       {Result<net::Response>(test::answer(500)), Result<net::Response>(test::answer(429)),
        Result<net::Response>(test::answer(200, {}, "<html>")),
        Result<net::Response>(fail(Reason::RegistryUnavailable, ""))}) {
    expect_token("one");
    EXPECT_EQ(answer(kBearer), "Bearer one");
    clock_.advance(std::chrono::seconds(91));
    http_.expect(kToken, failure);
    const auto failed = prepare();
    EXPECT_TRUE(failed.starts_with("REGISTRY_")) << failed;  // not silently anonymous
    EXPECT_EQ(prepare(), "");
  }
}

TEST_F(AuthenticatorTest, OneWrongSecretDoesNotMakeOthersAskAgain) {
  expect_token("one");
  EXPECT_EQ(answer(kBearer), "Bearer one");
  password("u", "wrong");
  http_.expect(kToken, test::answer(401));
  EXPECT_EQ(prepare(), "REGISTRY_AUTH");
  credential_.reset();
  EXPECT_EQ(prepare(), "Bearer one");
  password("u", "wrong");
  clock_.advance(limits::kDemandLife);  // but what is old may be the reason
  http_.expect(kToken, test::answer(401));
  EXPECT_EQ(prepare(), "REGISTRY_AUTH");
  EXPECT_EQ(prepare(), "");
}

// REG-65, REG-66
TEST_F(AuthenticatorTest, AsksForNothingButReading) {
  const struct {
    const char *path, *offered, *actions;
  } rows[] = {
      {"a/b", "repository:a/b:pull", "pull"},
      {"a/b", "repository:a/b:pull,metadata_read", "pull,metadata_read"},
      {"a/b", "", "pull"},
      {"a/b", "repository:a/b:pull,push", "pull"},
      {"a/b", "repository:a/b:*", "pull"},
      {"a/b", "repository:a/b:", "pull"},
      {"a/b", "repository:a/b:pull,", "pull"},
      {"a/b", "repository:other:pull,metadata_read", "pull"},
      {"a/b", "registry:catalog:*", "pull"},
      {"a/b", "repository:a/b:pull repository:c:pull", "pull"},
      {"host:5000/x", "repository:host:5000/x:metadata_read", "metadata_read"},
      {"host", "repository:host:5000/x:metadata_read", "pull"},
      {"a/b", "repository:pull", "pull"},
  };
  for (const auto& [path, offered, actions] : rows) {
    EXPECT_EQ(read_actions(path, offered), actions) << offered;
  }
}

// Azure Container Registry and its like: a registry at "h" that issues its tokens itself.
class PinnedTest : public AuthenticatorTest {
 protected:
  PinnedTest() {
    authenticator_.emplace("h", TrustedIssuers{.realms = {"https://listed"}, .pinned = pinned_},
                           clock_);
  }
  const PinnedIssuer pinned_{net::Url::parse("https://h/oauth2/token", Reason::Internal).value(),
                             {"s", "other"}};
  const std::string kAsk = "https://h/oauth2/token?scope=repository%3Aa%3Apull&service=";
};

TEST_F(PinnedTest, IsAskedBeforeAnythingIsDemanded) {
  http_.expect(kAsk + "s", test::answer(200, {}, R"({"token":"one"})"));
  EXPECT_EQ(prepare(), "Bearer one");
}

TEST_F(PinnedTest, AChallengeCorrectsServiceAndActions) {
  http_.expect(kAsk + "s", test::answer(200, {}, R"({"token":"one"})"));
  EXPECT_EQ(prepare(), "Bearer one");
  http_.expect("https://h/oauth2/token?scope=repository%3Aa%3Apull%2Cmetadata_read&service=other",
               test::answer(200, {}, R"({"token":"two"})"));
  EXPECT_EQ(answer(R"(Bearer realm="/oauth2/token",service="other",)"
                   R"(scope="repository:a:pull,metadata_read")",
                   "Bearer one"),
            "Bearer two");
}

// What was only assumed is doubted at the first refusal, and the correction helps at once.
TEST_F(PinnedTest, AWrongAssumptionCostsOneRefusal) {
  http_.expect(kAsk + "s", test::answer(400));
  EXPECT_EQ(prepare(), "REGISTRY_AUTH");
  EXPECT_EQ(prepare(), "");
  http_.expect(kAsk + "other", test::answer(200, {}, R"({"token":"one"})"));
  EXPECT_EQ(answer(R"(Bearer realm="https://h/oauth2/token",service="other")"), "Bearer one");
  EXPECT_EQ(prepare(), "Bearer one");
}

TEST_F(PinnedTest, AnIssuerThatFailsIsStillWhereItWas) {
  for (const auto& failure :
       {Result<net::Response>(test::answer(500)), Result<net::Response>(test::answer(429)),
        Result<net::Response>(fail(Reason::RegistryUnavailable, ""))}) {
    http_.expect(kAsk + "s", failure);
    EXPECT_TRUE(prepare().starts_with("REGISTRY_"));
  }
  http_.expect(kAsk + "s", test::answer(200, {}, R"({"token":"one"})"));
  EXPECT_EQ(prepare(), "Bearer one");
}

// Nothing is sent: none of these is scripted.
TEST_F(PinnedTest, NoChallengeMovesIt) {
  password("u", "p");
  for (const char* challenge :
       {R"(Bearer realm="https://evil/oauth2/token",service="s")",
        R"(Bearer realm="https://listed/oauth2/token",service="s")",
        R"(Bearer realm="https://h:444/oauth2/token",service="s")",
        R"(Bearer realm="http://h/oauth2/token",service="s")",
        R"(Bearer realm="https://h.evil/oauth2/token",service="s")",
        R"(Bearer realm="https://h/oauth2/token/",service="s")",
        R"(Bearer realm="https://h/oauth2/token?to=evil",service="s")",
        R"(Bearer realm="https://h/oauth2/token#evil",service="s")",
        R"(Bearer realm="https://h/token",service="s")",
        R"(Bearer realm="//evil/oauth2/token",service="s")", R"(Bearer realm="",service="s")",
        R"(Bearer service="s")", R"(Bearer realm="https://h/oauth2/token",service="evil")",
        R"(Bearer realm="https://h/oauth2/token",service="")",
        R"(Bearer realm="https://h/oauth2/token")", R"(Basic realm="h")",
        R"(Bearer realm="https://evil/oauth2/token",service="s", Basic realm="h")", "Negotiate",
        ""}) {
    EXPECT_EQ(answer(challenge), "REGISTRY_AUTH") << challenge;
  }
  http_.expect(kAsk + "s", test::answer(200, {}, R"({"token":"one"})"));
  EXPECT_EQ(prepare(), "Bearer one") << "the issuer is the same as before";
}

}  // namespace
}  // namespace countersign::registry

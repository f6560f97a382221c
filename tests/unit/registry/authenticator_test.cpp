// SPDX-License-Identifier: Apache-2.0
#include "registry/authenticator.h"

#include <gtest/gtest.h>

#include "support/fixed_clock.h"
#include "support/scripted_transport.h"

namespace countersign::registry {
namespace {

using std::chrono::minutes;

class AuthenticatorTest : public testing::Test {
 protected:
  std::string prepare() {
    return shown(authenticator_.prepare(credential_, "a", http_, clock_.in(minutes(1))));
  }

  std::string answer(const std::string& challenge, const std::string& sent = "") {
    net::Response response{401, {}, ""};
    if (!challenge.empty()) {
      response.headers.push_back({"www-authenticate", challenge});
    }
    const Secret authorization(sent);
    return shown(authenticator_.answer({response, asked_, authorization}, credential_, "a", http_,
                                       clock_.in(minutes(1))));
  }

  static std::string shown(const Result<Secret>& result) {
    return result ? result->reveal() : std::string(wire_name(result.error().reason));
  }
  void password(std::string user, std::string secret) {
    credential_ =
        Credential{Credential::Kind::Password, std::move(user), Secret(std::move(secret))};
  }
  void expect_token(const std::string& token) {
    http_.expect("https://h/token?scope=repository%3Aa%3Apull&service=s",
                 test::answer(200, {}, R"({"token":")" + token + R"(","expires_in":100})"));
  }

  const std::string kBearer =
      R"(Bearer realm="https://h/token",service="s",scope="repository:a:pull")";
  const net::Url asked_ = net::Url::parse("https://h/v2/a/manifests/b", Reason::Internal).value();
  test::FixedClock clock_;
  test::ScriptedTransport http_;
  std::optional<Credential> credential_;
  Authenticator authenticator_{"h", {}, clock_};
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
  http_.expect("https://h/token?scope=repository%3Aa%3Apull&service=s", test::answer(401));
  EXPECT_EQ(answer(kBearer), "REGISTRY_AUTH");
}

TEST_F(AuthenticatorTest, ADemandThatNoLongerHoldsIsForgotten) {
  expect_token("one");
  EXPECT_EQ(answer(kBearer), "Bearer one");
  clock_.advance(std::chrono::seconds(91));
  http_.expect("https://h/token?scope=repository%3Aa%3Apull&service=s", test::answer(404));
  EXPECT_EQ(prepare(), "");
  EXPECT_EQ(prepare(), "");
}

// REG-65, REG-66
TEST_F(AuthenticatorTest, AsksForNothingButReading) {
  const struct {
    const char *path, *offered, *asked;
  } rows[] = {
      {"a/b", "repository:a/b:pull", "repository:a/b:pull"},
      {"a/b", "repository:a/b:pull,metadata_read", "repository:a/b:pull,metadata_read"},
      {"a/b", "", "repository:a/b:pull"},
      {"a/b", "repository:a/b:pull,push", "repository:a/b:pull"},
      {"a/b", "repository:a/b:*", "repository:a/b:pull"},
      {"a/b", "repository:a/b:", "repository:a/b:pull"},
      {"a/b", "repository:a/b:pull,", "repository:a/b:pull"},
      {"a/b", "repository:other:pull", "repository:a/b:pull"},
      {"a/b", "registry:catalog:*", "repository:a/b:pull"},
      {"a/b", "repository:a/b:pull repository:c:pull", "repository:a/b:pull"},
      {"host:5000/x", "repository:host:5000/x:pull", "repository:host:5000/x:pull"},
      {"a/b", "repository:pull", "repository:a/b:pull"},
  };
  for (const auto& [path, offered, asked] : rows) {
    EXPECT_EQ(pull_scope(path, offered), asked) << offered;
  }
}

}  // namespace
}  // namespace countersign::registry

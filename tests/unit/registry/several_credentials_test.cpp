// SPDX-License-Identifier: Apache-2.0
// Several credentials for one image: a session, its authenticator and the order of credentials
// together.
#include <optional>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "registry/authenticator.h"
#include "registry/session.h"
#include "support/fixed_clock.h"
#include "support/refusing_transport.h"
#include "support/scripted_transport.h"

namespace countersign::registry {
namespace {

using std::chrono::minutes;
using test::answer;

const std::string kBlob = "https://h/v2/a/blobs/x";
const std::string kToken = "https://h/token?scope=repository%3Aa%3Apull&service=s";

class Provider final : public CredentialProvider {  // says what the test says
 public:
  Result<Credentials> credentials_for(const oci::ImageRef& image, Deadline) override {
    ++asked;
    EXPECT_EQ(image.path(), "a");
    return asked > 1 && others ? *others : says;
  }
  bool refused(const Credentials& credentials) override {
    ++told;
    EXPECT_EQ(credentials.candidates.size(), says->candidates.size());
    return others.has_value();
  }
  Result<Credentials> says;
  std::optional<Result<Credentials>> others = {};  // after a refusal
  int asked = 0;
  int told = 0;
};

Credential password(std::string user) {
  return {Credential::Kind::Password, std::move(user), Secret("p")};
}

net::Response demands(std::string_view challenge) {
  return answer(401, {{"www-authenticate", std::string(challenge)}});
}
const auto kBasic = demands("Basic realm=x");
const auto kBearer = demands(R"(Bearer realm="/token",service="s")");
net::Response token(const std::string& text) {
  return answer(200, {}, R"({"token":")" + text + R"(","expires_in":3600})");
}

class SeveralCredentials : public testing::Test {
 protected:
  void candidates(std::vector<Credential> all, std::string owner = "") {
    provider_->says = Credentials{std::move(owner), std::move(all)};
  }
  // The status, or the reason of an error.
  std::string send() {
    const Get get{net::Url::parse(kBlob, Reason::Internal).value(), "blob", "type", 100};
    const auto reply = session_.send(get, clock_.in(minutes(1)));
    return reply ? std::to_string(reply->response.status)
                 : std::string(wire_name(reply.error().reason));
  }
  // The Authorization of each request since the last call.
  std::string sent() {
    std::string all;
    for (; read_ < http_.seen().size(); ++read_) {
      const auto value = test::header_of(http_.seen()[read_], "Authorization");
      all += (value.empty() ? "-" : value) + ";";
    }
    return all;
  }

  test::FixedClock clock_;
  test::ScriptedTransport http_;
  std::shared_ptr<Provider> provider_ = std::make_shared<Provider>();
  Authenticator authenticator_{"h", {}, clock_};
  Session session_{authenticator_, provider_, http_, {}, oci::ImageRef::parse("h.test/a").value()};
  std::size_t read_ = 0;
};

// REG-77: the next one, and the one that was taken is first the next time.
TEST_F(SeveralCredentials, TheNextIsTriedWhenOneIsRefused) {
  candidates({password("a"), password("b")});
  http_.expect(kBlob, kBasic).expect(kBlob, kBasic).expect(kBlob, answer(200));
  EXPECT_EQ(send(), "200");
  EXPECT_EQ(sent(), "-;Basic YTpw;Basic Yjpw;");
  EXPECT_EQ(provider_->asked, 1);
  http_.expect(kBlob, answer(200));
  EXPECT_EQ(send(), "200");
  EXPECT_EQ(sent(), "Basic Yjpw;");
  http_.expect(kBlob, answer(403)).expect(kBlob, answer(200));
  EXPECT_EQ(send(), "200");
  EXPECT_EQ(sent(), "Basic Yjpw;Basic YTpw;");
  http_.expect(kBlob, answer(200));
  EXPECT_EQ(send(), "200");
  EXPECT_EQ(sent(), "Basic YTpw;");
}

// REG-77; REG-79 in part: each has a token of its own.
TEST_F(SeveralCredentials, TheNextIsTriedWhenTheIssuerRefuses) {
  candidates({password("a"), password("b")});
  http_.expect(kBlob, kBearer)
      .expect(kToken, answer(400))
      .expect(kToken, token("b"))
      .expect(kBlob, answer(200));
  EXPECT_EQ(send(), "200");
  for (const int refusal : {401, 403}) {
    candidates({password(std::to_string(refusal)), password("b")});
    http_.expect(kToken, answer(refusal)).expect(kBlob, answer(200));
    EXPECT_EQ(send(), "200") << refusal;
    http_.expect(kBlob, answer(200));  // now the second one first
    EXPECT_EQ(send(), "200") << refusal;
    EXPECT_TRUE(sent().ends_with("Bearer b;Bearer b;"));
  }
  candidates({password("c")});
  http_.expect(kToken, token("c")).expect(kBlob, answer(200));
  EXPECT_EQ(send(), "200");
  EXPECT_TRUE(sent().ends_with("Bearer c;"));
}

// REG-77: five of six; REG-80: and then nobody asks anonymously.
TEST_F(SeveralCredentials, WhenAllAreRefusedThatIsTheAnswer) {
  candidates(
      {password("a"), password("b"), password("c"), password("d"), password("e"), password("f")});
  http_.expect(kBlob, kBasic);
  for (std::size_t tried = 0; tried < limits::kCredentialsTried; ++tried) {
    http_.expect(kBlob, tried % 2 == 0 ? kBasic : answer(403));
  }
  EXPECT_EQ(send(), "REGISTRY_AUTH");
  EXPECT_EQ(sent(), "-;Basic YTpw;Basic Yjpw;Basic Yzpw;Basic ZDpw;Basic ZTpw;");
}

// REG-80: one wrong secret where everybody may pull.
TEST_F(SeveralCredentials, AWrongSecretIsNotForgottenSilently) {
  candidates({password("wrong")});
  http_.expect(kBlob, kBearer).expect(kToken, answer(401));
  EXPECT_EQ(send(), "REGISTRY_AUTH");
  EXPECT_EQ(send(), "REGISTRY_AUTH");  // no request at all: the refusal is fresh
  clock_.advance(limits::kAbsenceLife);
  http_.expect(kToken, answer(401));
  EXPECT_EQ(send(), "REGISTRY_AUTH");
}

TEST_F(SeveralCredentials, AFailureIsNotARefusal) {
  candidates({password("a"), password("b")});
  http_.expect(kBlob, kBearer).expect(kToken, answer(503));
  EXPECT_EQ(send(), "REGISTRY_UNAVAILABLE");
  http_.expect(kToken, token("a")).expect(kBlob, answer(404));
  EXPECT_EQ(send(), "404");
}

// What is sent without a credential would not fare better with the next one.
TEST_F(SeveralCredentials, ADemandThatNobodyCanMeetIsFinal) {
  candidates({password("a"), password("b")});
  http_.expect(kBlob, answer(403));
  EXPECT_EQ(send(), "403");
  http_.expect(kBlob, demands(R"(Bearer realm="https://evil.test/token")"));
  EXPECT_EQ(send(), "REGISTRY_AUTH");
  http_.expect(kBlob, answer(401));
  EXPECT_EQ(send(), "REGISTRY_AUTH");
}

TEST_F(SeveralCredentials, KindsMayBeMixed) {
  candidates({{Credential::Kind::RegistryToken, "", Secret("ready")},
              password("a:b"),
              {Credential::Kind::RefreshToken, "", Secret("r")}});
  http_.expect(kBlob, kBearer)
      .expect("https://h/token", token("t"))  // a user with a colon can't be sent
      .expect(kBlob, answer(200));
  EXPECT_EQ(send(), "200");
  EXPECT_EQ(sent(), "Bearer ready;-;Bearer t;");
}

class Replaced : public SeveralCredentials {
 protected:
  void replace(std::vector<Credential> first, Result<Credentials> others) {
    candidates(std::move(first));
    provider_->others = std::move(others);
    provider_->asked = provider_->told = 0;
  }
  void expect_asked(int asked, int told) const {
    EXPECT_EQ(provider_->asked, asked);
    EXPECT_EQ(provider_->told, told);
  }
  static Result<Credentials> only(Credential one) { return Credentials{"", {std::move(one)}}; }
};

TEST_F(Replaced, RefusedCredentialsAreReplaced) {
  replace({password("a")}, only(password("b")));
  http_.expect(kBlob, kBasic).expect(kBlob, kBasic).expect(kBlob, answer(200));
  EXPECT_EQ(send(), "200");
  EXPECT_EQ(sent(), "-;Basic YTpw;Basic Yjpw;");
  expect_asked(2, 1);
  replace({password("a")}, only(password("b")));
  http_.expect(kBlob, answer(403)).expect(kBlob, answer(200));
  EXPECT_EQ(send(), "200");
  expect_asked(2, 1);
  replace({password("a")}, only(password("b")));
  http_.expect(kBlob, answer(200));
  EXPECT_EQ(send(), "200");
  expect_asked(1, 0);
}

TEST_F(Replaced, SoAreThoseThatTheIssuerRefuses) {
  const Credential old{Credential::Kind::RefreshToken, "", Secret("old")};
  for (const int refusal : {400, 401, 403}) {
    const Credential fresh{Credential::Kind::RefreshToken, "", Secret(std::to_string(refusal))};
    replace({old}, only(fresh));
    if (refusal == 400) {
      http_.expect(kBlob, kBearer);
    }
    http_.expect("https://h/token", answer(refusal))
        .expect("https://h/token", token("t"))
        .expect(kBlob, answer(200));
    EXPECT_EQ(send(), "200");
    EXPECT_TRUE(http_.seen().at(http_.seen().size() - 2).body.empty() ||
                http_.seen().at(http_.seen().size() - 2).body.ends_with(std::to_string(refusal)));
    clock_.advance(limits::kAbsenceLife);
  }
}

// Whatever comes of it.
TEST_F(Replaced, OnceAndNoMore) {
  replace({password("a")}, only(password("b")));
  http_.expect(kBlob, kBasic).expect(kBlob, answer(403)).expect(kBlob, answer(403));
  EXPECT_EQ(send(), "403");
  expect_asked(2, 1);
  replace({password("a"), password("b")}, Credentials{"", {password("c"), password("d")}});
  http_.expect(kBlob, answer(403))
      .expect(kBlob, kBasic)
      .expect(kBlob, kBasic)
      .expect(kBlob, answer(403));
  EXPECT_EQ(send(), "REGISTRY_AUTH");
  expect_asked(2, 1);
}

TEST_F(Replaced, ARefusalWithoutOthersStaysWhatItIs) {
  candidates({password("a")});
  http_.expect(kBlob, kBasic).expect(kBlob, answer(403));
  EXPECT_EQ(send(), "403");
  EXPECT_EQ(provider_->told, 1);
  http_.expect(kBlob, kBasic);
  EXPECT_EQ(send(), "REGISTRY_AUTH");
  EXPECT_EQ(provider_->told, 2);
  EXPECT_EQ(provider_->asked, 2);
}

TEST_F(Replaced, WhatIsNoRefusalIsNotTold) {
  for (const auto& outcome :
       {Result<net::Response>(answer(404)), Result<net::Response>(answer(429)),
        Result<net::Response>(answer(500)), Result<net::Response>(answer(403)),
        Result<net::Response>(fail(Reason::RegistryUnavailable, "")),
        Result<net::Response>(demands("Negotiate")),
        Result<net::Response>(demands(R"(Bearer realm="https://evil.test/token")"))}) {
    replace({password("a")}, only(password("b")));
    http_.expect(kBlob, outcome);
    send();
    expect_asked(1, 0);
  }
}

TEST_F(Replaced, TheProvidersSecondErrorIsTheAnswer) {
  replace({password("a")}, fail(Reason::AzureIdentityUnavailable, ""));
  http_.expect(kBlob, kBasic).expect(kBlob, answer(403));
  EXPECT_EQ(send(), "AZURE_IDENTITY_UNAVAILABLE");
  replace({password("a")}, fail(Reason::DeadlineExceeded, ""));
  http_.expect(kBlob, answer(403));
  EXPECT_EQ(send(), "403") << "what is known is worth more";
  expect_asked(2, 1);
}

TEST_F(Replaced, OnlyWhatWasRefusedIsSentAgain) {
  replace({password("a")}, only(password("b")));
  const auto url = [](const char* text) { return net::Url::parse(text, Reason::Internal).value(); };
  const std::vector<Get> gets{{url("https://h/1"), "blob", "type", 1},
                              {url("https://h/2"), "blob", "type", 1},
                              {url("https://h/3"), "blob", "type", 1}};
  http_.expect("https://h/1", kBasic)
      .expect("https://h/2", answer(404))
      .expect("https://h/3", kBasic)
      .expect("https://h/1", answer(200))
      .expect("https://h/3", answer(403))
      .expect("https://h/3", answer(200));
  const auto replies = session_.send_all(gets, clock_.in(minutes(1)));
  EXPECT_EQ(replies[0]->response.status, 200);
  EXPECT_EQ(replies[1]->response.status, 404);
  EXPECT_EQ(replies[2]->response.status, 200);
}

TEST_F(SeveralCredentials, OnlyWhatWasRefusedIsSentAgain) {
  candidates({password("a"), password("b")});
  http_.expect(kBlob, kBasic).expect(kBlob, answer(200));
  EXPECT_EQ(send(), "200");
  const auto url = [](const char* text) { return net::Url::parse(text, Reason::Internal).value(); };
  const std::vector<Get> gets{{url("https://h/1"), "blob", "type", 1},
                              {url("https://h/2"), "blob", "type", 1}};
  http_.expect("https://h/1", answer(403))
      .expect("https://h/2", answer(200))
      .expect("https://h/1", answer(200));
  const auto replies = session_.send_all(gets, clock_.in(minutes(1)));
  EXPECT_EQ(replies[0]->response.status, 200);
  EXPECT_EQ(replies[1]->response.status, 200);
}

TEST(SeveralCredentialsAlone, AProvidersErrorIsTheAnswerAndNothingIsSent) {
  const test::FixedClock clock;
  test::RefusingTransport http;
  Authenticator authenticator{"h", {}, clock};
  const auto provider = std::make_shared<Provider>();
  Session session{authenticator, provider, http, {}, oci::ImageRef::parse("h.test/a").value()};
  const Get get{net::Url::parse(kBlob, Reason::Internal).value(), "blob", "type", 100};
  for (const auto reason : {Reason::BadConfig, Reason::DeadlineExceeded, Reason::RegistryAuth}) {
    provider->says = fail(reason, "");
    const auto reply = session.send(get, clock.in(minutes(1)));
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().reason, reason);
  }
}

}  // namespace
}  // namespace countersign::registry

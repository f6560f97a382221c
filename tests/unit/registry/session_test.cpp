// SPDX-License-Identifier: Apache-2.0
#include "registry/session.h"

#include <gtest/gtest.h>

#include "countersign/registry/docker_config.h"

#include "support/fixed_clock.h"
#include "support/scripted_transport.h"

namespace countersign::registry {
namespace {

using std::chrono::minutes;
using test::answer;

const std::string kChallenge = R"(Bearer realm="/token",service="s")";
const std::string kToken = "https://h/token?scope=repository%3Aa%3Apull&service=s";

class SessionTest : public testing::Test {
 protected:
  static Get get(std::string_view url, Redirects redirects = Redirects::AnyOrigin) {
    return {net::Url::parse(url, Reason::Internal).value(), "blob", "type", 100, redirects};
  }
  Result<Reply> send(const Get& one) { return session_.send(one, clock_.in(minutes(1))); }
  void log_in() {  // the registry is known from here on
    http_.expect("https://h/first", answer(401, {{"www-authenticate", kChallenge}}))
        .expect(kToken, answer(200, {}, R"({"token":"t","expires_in":600})"))
        .expect("https://h/first", answer(200));
    ASSERT_TRUE(send(get("https://h/first")));
  }
  std::string authorization(std::size_t request) const {
    return test::header_of(http_.seen().at(request), "Authorization");
  }

  test::FixedClock clock_;
  test::ScriptedTransport http_;
  std::shared_ptr<CredentialProvider> nobody_ = anonymous();
  Authenticator authenticator_{"h", {}, clock_};
  Session session_{authenticator_, nobody_, http_, {}, oci::ImageRef::parse("h.test/a").value()};
};

TEST_F(SessionTest, AnswersA401Once) {
  log_in();
  EXPECT_EQ(authorization(0), "");
  EXPECT_EQ(authorization(2), "Bearer t");
  http_.expect("https://h/second", answer(200));
  EXPECT_TRUE(send(get("https://h/second")));
  EXPECT_EQ(authorization(3), "Bearer t");
  EXPECT_EQ(test::header_of(http_.seen()[3], "Accept"), "type");
  EXPECT_EQ(http_.seen()[3].kind, "blob");
}

// REG-63
TEST_F(SessionTest, A401AfterAFreshTokenIsFinal) {
  http_.expect("https://h/x", answer(401, {{"www-authenticate", kChallenge}}))
      .expect(kToken, answer(200, {}, R"({"token":"t"})"))
      .expect("https://h/x", answer(401, {{"www-authenticate", kChallenge}}));
  const auto reply = send(get("https://h/x"));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().reason, Reason::RegistryAuth);
}

// C21: only a 401 is answered.
TEST_F(SessionTest, OtherStatusesAreHandedBack) {
  for (const int status : {200, 204, 304, 403, 404, 429, 500}) {
    http_.expect("https://h/x", answer(status, {{"www-authenticate", kChallenge}}));
    const auto reply = send(get("https://h/x"));
    ASSERT_TRUE(reply) << status;
    EXPECT_EQ(reply->response.status, status);
  }
}

TEST_F(SessionTest, ABatchIsOneRoundTripAndOneToken) {
  const std::vector<Get> three{get("https://h/1"), get("https://h/2"), get("https://h/3")};
  const auto refusal = answer(401, {{"www-authenticate", kChallenge}});
  http_.expect("https://h/1", refusal)
      .expect("https://h/2", answer(404))
      .expect("https://h/3", refusal)
      .expect(kToken, answer(200, {}, R"({"token":"t"})"))
      .expect("https://h/1", answer(200, {}, "one"))
      .expect("https://h/3", fail(Reason::RegistryUnavailable, ""));
  const auto replies = session_.send_all(three, clock_.in(minutes(1)));
  ASSERT_EQ(replies.size(), 3U);
  EXPECT_EQ(replies[0]->response.body, "one");
  EXPECT_EQ(replies[1]->response.status, 404);
  EXPECT_EQ(replies[2].error().reason, Reason::RegistryUnavailable);
  EXPECT_EQ(http_.batches(), (std::vector<std::size_t>{3, 1, 2}));
  EXPECT_TRUE(session_.send_all({}, clock_.in(minutes(1))).empty());
}

// REG-51, REG-73, NET-07
TEST_F(SessionTest, AnotherOriginGetsNoCredentials) {
  log_in();
  for (const char* target :
       {"https://storage.test/b?sig=1", "https://h:444/b", "https://h.evil.test/b"}) {
    const auto before = http_.seen().size();
    http_.expect("https://h/blob", answer(307, {{"location", target}}))
        .expect(target, answer(200, {}, "bytes"));
    const auto reply = send(get("https://h/blob"));
    ASSERT_TRUE(reply) << target;
    EXPECT_EQ(reply->response.body, "bytes");
    EXPECT_EQ(reply->url.text(), target);
    EXPECT_EQ(authorization(before), "Bearer t");
    EXPECT_EQ(authorization(before + 1), "") << target;
    EXPECT_EQ(test::header_of(http_.seen().back(), "Referer"), "");
    EXPECT_EQ(http_.seen().back().kind, "storage");
  }
}

// REG-57
TEST_F(SessionTest, TheSameOriginKeepsThem) {
  log_in();
  http_.expect("https://h/blob", answer(302, {{"location", "/elsewhere"}}))
      .expect("https://h/elsewhere", answer(200));
  EXPECT_TRUE(send(get("https://h/blob", Redirects::SameOrigin)));
  EXPECT_EQ(authorization(4), "Bearer t");
}

TEST_F(SessionTest, TheWayBackDoesNotBringThemBack) {
  log_in();
  http_.expect("https://h/blob", answer(302, {{"location", "https://other/1"}}))
      .expect("https://other/1", answer(302, {{"location", "https://h/2"}}))
      .expect("https://h/2", answer(401, {{"www-authenticate", kChallenge}}));
  const auto reply = send(get("https://h/blob"));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->response.status, 401);
  EXPECT_EQ(authorization(5), "");
}

// NV-W09: a redirect. Another realm: realm_test.cpp; plain http: redirects_test.cpp.
// REG-55, NET-08
TEST_F(SessionTest, AnotherOrigins401IsNotAnswered) {
  http_.expect("https://h/blob", answer(307, {{"location", "https://other/b"}}))
      .expect("https://other/b",
              answer(401, {{"www-authenticate", R"(Bearer realm="https://h/token")"}}));
  const auto reply = send(get("https://h/blob"));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->response.status, 401);
}

TEST_F(SessionTest, AnotherOriginIsNotFollowedWhereThatWasNotAskedFor) {
  http_.expect("https://h/tag", answer(303, {{"location", "https://other/b"}}));
  const auto reply = send(get("https://h/tag", Redirects::SameOrigin));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->response.status, 303);
}

// REG-54, NET-09
TEST_F(SessionTest, RedirectsEnd) {
  http_.expect("https://h/0", answer(302, {{"location", "/1"}}))
      .expect("https://h/1", answer(302, {{"location", "/2"}}))
      .expect("https://h/2", answer(302, {{"location", "/3"}}))
      .expect("https://h/3", answer(200));
  EXPECT_TRUE(send(get("https://h/0")));
  http_.expect("https://h/a", answer(302, {{"location", "/b"}}))
      .expect("https://h/b", answer(302, {{"location", "/a"}}))
      .expect("https://h/a", answer(302, {{"location", "/b"}}))
      .expect("https://h/b", answer(302, {{"location", "/a"}}));
  const auto loop = send(get("https://h/a"));
  ASSERT_FALSE(loop);
  EXPECT_EQ(loop.error().reason, Reason::RegistryResponse);
}

// A client that has been here before never pays a 401: not for the same repository, not for a new
// one, not when the token has ended. REG-62
TEST_F(SessionTest, AWarmClientIsNeverRefused) {
  log_in();
  Session other{authenticator_, nobody_, http_, {}, oci::ImageRef::parse("h.test/b").value()};
  http_
      .expect("https://h/token?scope=repository%3Ab%3Apull&service=s",
              answer(200, {}, R"({"token":"u","expires_in":600})"))
      .expect("https://h/b", answer(200));
  EXPECT_TRUE(other.send(get("https://h/b"), clock_.in(minutes(1))));
  EXPECT_EQ(authorization(4), "Bearer u");
  clock_.advance(std::chrono::seconds(540));  // the last tenth of its life
  http_.expect(kToken, answer(200, {}, R"({"token":"v","expires_in":600})"))
      .expect("https://h/x", answer(200))
      .expect("https://h/y", answer(200));
  const std::vector<Get> two{get("https://h/x"), get("https://h/y")};
  for (const auto& reply : session_.send_all(two, clock_.in(minutes(1)))) {
    EXPECT_EQ(reply->response.status, 200);
  }
  EXPECT_EQ(authorization(6), "Bearer v");
}

// REG-62: ended earlier than it said.
TEST_F(SessionTest, ACachedTokenThatIsRefusedIsReplacedOnce) {
  log_in();
  http_.expect("https://h/x", answer(401, {{"www-authenticate", kChallenge}}))
      .expect(kToken, answer(200, {}, R"({"token":"u","expires_in":600})"))
      .expect("https://h/x", answer(200))
      .expect("https://h/y", answer(200));
  EXPECT_TRUE(send(get("https://h/x")));
  EXPECT_TRUE(send(get("https://h/y")));
  EXPECT_EQ(authorization(3), "Bearer t");
  EXPECT_EQ(authorization(5), "Bearer u");
  EXPECT_EQ(authorization(6), "Bearer u");
}

// REG-51: "a permitted host"
TEST_F(SessionTest, OnlyListedHostsMayBeRedirectedTo) {
  const std::vector<HostPattern> listed{HostPattern::parse("store.test").value(),
                                        HostPattern::parse("*.blob.test").value()};
  Session session{authenticator_, nobody_, http_, listed, oci::ImageRef::parse("h.test/a").value()};
  for (const char* target : {"https://store.test/b", "https://STORE.test:444/b",
                             "https://a.blob.test/b", "https://h/elsewhere"}) {
    http_.expect("https://h/blob", answer(307, {{"location", target}}))
        .expect(net::Url::parse(target, Reason::Internal)->text(), answer(200));
    EXPECT_TRUE(session.send(get("https://h/blob"), clock_.in(minutes(1)))) << target;
  }
  for (const char* target : {"https://other.test/b?sig=secret", "https://a.b.blob.test/b",
                             "https://store.test.evil.test/b", "https://h:444/b"}) {
    http_.expect("https://h/blob", answer(307, {{"location", target}}));
    const auto refused = session.send(get("https://h/blob"), clock_.in(minutes(1)));
    ASSERT_FALSE(refused) << target;
    EXPECT_EQ(refused.error().reason, Reason::RegistryResponse) << target;
    EXPECT_EQ(refused.error().detail.find("secret"), std::string::npos);
  }
}

TEST_F(SessionTest, ARedirectToNowhereIsAnError) {
  http_.expect("https://h/a", answer(302));
  EXPECT_EQ(send(get("https://h/a")).error().reason, Reason::RegistryResponse);
  http_.expect("https://h/a", answer(302, {{"location", "http://h/b"}}));
  EXPECT_EQ(send(get("https://h/a")).error().reason, Reason::RegistryResponse);
}

}  // namespace
}  // namespace countersign::registry

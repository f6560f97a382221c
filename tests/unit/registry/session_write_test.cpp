// SPDX-License-Identifier: Apache-2.0
// What is special about writing; credentials and attempts are session_test.cpp's.
#include <gtest/gtest.h>

#include "countersign/registry/docker_config.h"

#include "registry/session.h"
#include "support/fixed_clock.h"
#include "support/scripted_transport.h"

namespace countersign::registry {
namespace {

using std::chrono::minutes;
using test::answer;

const std::string kChallenge = R"(Bearer realm="/token",service="s")";
const std::string kPullToken = "https://h/token?scope=repository%3Aa%3Apull&service=s";
const std::string kPushToken = "https://h/token?scope=repository%3Aa%3Apull%2Cpush&service=s";

class SessionWrite : public testing::Test {
 protected:
  static Write put(std::string_view url) {
    return {.url = net::Url::parse(url, Reason::Internal).value(),
            .kind = "blob",
            .content_type = "type",
            .body = "body",
            .wait = std::chrono::seconds(7)};
  }
  Result<Reply> write(const Write& one) { return session(Access::Push).write(one, soon()); }
  Session session(Access access, std::span<const HostPattern> hosts = {}) {
    return {authenticator_, credentials_, http_, hosts, oci::ImageRef::parse("h.test/a").value(),
            access};
  }
  Deadline soon() const { return clock_.in(minutes(1)); }
  std::string authorization(std::size_t request) const {
    return test::header_of(http_.seen().at(request), "Authorization");
  }

  test::FixedClock clock_;
  test::ScriptedTransport http_;
  std::shared_ptr<CredentialProvider> credentials_ = anonymous();
  Authenticator authenticator_{"h", {}, clock_};
};

TEST_F(SessionWrite, TheBodyIsSentAgainAfterA401) {
  http_.expect("https://h/x", answer(401, {{"www-authenticate", kChallenge}}))
      .expect(kPushToken, answer(200, {}, R"({"token":"t","expires_in":600})"))
      .expect("https://h/x", answer(201));
  const auto reply = write(put("https://h/x"));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->response.status, 201);
  for (const std::size_t request : {0U, 2U}) {
    const auto& sent = http_.seen()[request];
    EXPECT_EQ(sent.method, net::Method::Put);
    EXPECT_EQ(sent.body, "body");
    EXPECT_EQ(sent.wait, std::chrono::seconds(7));
    EXPECT_EQ(test::header_of(sent, "Content-Type"), "type");
    EXPECT_EQ(test::header_of(sent, "Accept"), "");
  }
  EXPECT_EQ(authorization(2), "Bearer t");
}

TEST_F(SessionWrite, ASecond401IsFinal) {
  http_.expect("https://h/x", answer(401, {{"www-authenticate", kChallenge}}))
      .expect(kPushToken, answer(200, {}, R"({"token":"t"})"))
      .expect("https://h/x", answer(401, {{"www-authenticate", kChallenge}}));
  EXPECT_EQ(write(put("https://h/x")).error().reason, Reason::RegistryAuth);
}

TEST_F(SessionWrite, NoRedirectIsFollowed) {
  for (const int status : {301, 302, 303, 307, 308}) {
    for (const char* target : {"https://h/y", "https://other/x", "http://h/x", ""}) {
      http_.expect("https://h/x", answer(status, {{"location", target}}));
      const auto reply = write(put("https://h/x"));
      ASSERT_TRUE(reply) << target;
      EXPECT_EQ(reply->response.status, status);
    }
  }
}

TEST_F(SessionWrite, ElsewhereNoCredentialIsKnown) {
  http_.expect("https://h/x", answer(401, {{"www-authenticate", kChallenge}}))
      .expect(kPushToken, answer(200, {}, R"({"token":"t","expires_in":600})"))
      .expect("https://h/x", answer(202))
      .expect("https://store/x", answer(201))
      .expect("https://store/x", answer(401, {{"www-authenticate", kChallenge}}))
      .expect("https://store/x", answer(403));
  EXPECT_TRUE(write(put("https://h/x")));
  auto elsewhere = put("https://store/x");
  elsewhere.place = Write::Place::Elsewhere;
  for (const int status : {201, 401, 403}) {
    const auto reply = write(elsewhere);
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->response.status, status);
    EXPECT_EQ(authorization(http_.seen().size() - 1), "");
    EXPECT_EQ(http_.seen().back().kind, "storage");
  }
}

TEST_F(SessionWrite, ReadersAndWritersHaveTheirOwnTokens) {
  const Get get{net::Url::parse("https://h/x", Reason::Internal).value(), "blob", "type", 100};
  http_.expect("https://h/x", answer(401, {{"www-authenticate", kChallenge}}))
      .expect(kPullToken, answer(200, {}, R"({"token":"pull","expires_in":600})"))
      .expect("https://h/x", answer(200))
      .expect(kPushToken, answer(200, {}, R"({"token":"push","expires_in":600})"))
      .expect("https://h/x", answer(201))
      .expect("https://h/x", answer(200))
      .expect("https://h/x", answer(200));
  EXPECT_TRUE(session(Access::Pull).send(get, soon()));
  EXPECT_TRUE(write(put("https://h/x")));
  EXPECT_TRUE(session(Access::Pull).send(get, soon()));
  EXPECT_TRUE(session(Access::Push).send(get, soon()));
  EXPECT_EQ(authorization(4), "Bearer push");
  EXPECT_EQ(authorization(5), "Bearer pull");
  EXPECT_EQ(authorization(6), "Bearer push");
}

TEST_F(SessionWrite, WhereTheRegistryMaySendUs) {
  const std::vector<HostPattern> listed{HostPattern::parse("store.test").value()};
  EXPECT_TRUE(session(Access::Push).may_leave_for("any.test"));
  EXPECT_TRUE(session(Access::Push, listed).may_leave_for("store.test"));
  EXPECT_FALSE(session(Access::Push, listed).may_leave_for("any.test"));
}

}  // namespace
}  // namespace countersign::registry

// SPDX-License-Identifier: Apache-2.0
// One errand by itself; how a session runs several is session_test.cpp's.
#include "registry/errand.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"
#include "countersign/registry/docker_config.h"

#include "support/fixed_clock.h"
#include "support/scripted_transport.h"

namespace countersign::registry {
namespace {

net::Url url(std::string_view text) { return net::Url::parse(text, Reason::Internal).value(); }

class ErrandTest : public testing::Test {
 protected:
  static net::Response moved(const char* to) { return test::answer(307, {{"location", to}}); }

  test::FixedClock clock_;
  test::ScriptedTransport http_;
  Authenticator authenticator_{"h", {}, clock_};
  Session session_{authenticator_, anonymous(), http_, {}, oci::ImageRef::parse("h.test/a").value(),
                   Access::Push};
  Get get_{.url = url("https://h.test/x"),
           .kind = "blob",
           .accept = "*/*",
           .most = 10,
           .redirects = Redirects::AnyOrigin};
  Write put_{.method = net::Method::Put,
             .url = url("https://h.test/x"),
             .kind = "blob",
             .content_type = "type",
             .body = "body"};
};

TEST_F(ErrandTest, LeavesItsCredentialsAtHome) {
  Errand errand(order_of(get_), session_);
  EXPECT_EQ(test::header_of(errand.request(Secret("Bearer t")), "Authorization"), "Bearer t");
  errand.settle(moved("https://storage.test/y"));
  EXPECT_TRUE(errand.open());
  EXPECT_FALSE(errand.at_home());
  const auto request = errand.request(Secret("Bearer t"));
  EXPECT_EQ(request.url, "https://storage.test/y");
  EXPECT_EQ(test::header_of(request, "Authorization"), "");
}

TEST_F(ErrandTest, FollowsNobodyWithABody) {
  Errand errand(order_of(put_), session_);
  EXPECT_EQ(errand.request({}).body, "body");
  errand.settle(moved("https://h.test/y"));
  EXPECT_FALSE(errand.open());
  EXPECT_EQ(errand.take()->response.status, 307);
}

TEST_F(ErrandTest, EndsOnAnEndlessWay) {
  Errand errand(order_of(get_), session_);
  for (std::size_t hop = 0; hop <= limits::kRedirects; ++hop) {
    ASSERT_TRUE(errand.open()) << hop;
    errand.settle(moved("https://h.test/x"));
  }
  EXPECT_EQ(errand.take().error().reason, Reason::RegistryResponse);
}

TEST_F(ErrandTest, ARefusalMayBeReopened) {
  Errand errand(order_of(get_), session_);
  errand.refuse(fail(Reason::RegistryAuth, ""));
  EXPECT_TRUE(errand.refused());
  EXPECT_FALSE(errand.open());
  errand.reopen();
  EXPECT_TRUE(errand.open());
  EXPECT_FALSE(errand.refused());
}

}  // namespace
}  // namespace countersign::registry

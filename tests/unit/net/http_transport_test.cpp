// SPDX-License-Identifier: Apache-2.0
#include "countersign/net/http_transport.h"

#include <gtest/gtest.h>

namespace countersign::net {
namespace {

TEST(HttpTransport, HeaderIsTheFirstOfThatName) {
  const Response response{200, {{"link", "a"}, {"content-type", "b"}, {"link", "c"}}, ""};
  ASSERT_NE(response.header("link"), nullptr);
  EXPECT_EQ(*response.header("link"), "a");
  EXPECT_EQ(*response.header("content-type"), "b");
  EXPECT_EQ(response.header("Link"), nullptr);
}

TEST(HttpTransport, NamesItsMethods) {
  EXPECT_STREQ(verb(Method::Get), "GET");
  EXPECT_STREQ(verb(Method::Post), "POST");
  EXPECT_STREQ(verb(Method::Put), "PUT");
  EXPECT_STREQ(verb(Method::Patch), "PATCH");
}

}  // namespace
}  // namespace countersign::net

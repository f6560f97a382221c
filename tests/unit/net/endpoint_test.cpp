// SPDX-License-Identifier: Apache-2.0
#include "net/endpoint.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <gtest/gtest.h>

namespace countersign::net {
namespace {

TEST(Endpoint, ReadsBothFamilies) {
  sockaddr_in ipv4{};
  ipv4.sin_family = AF_INET;
  ipv4.sin_port = htons(443);
  ASSERT_EQ(inet_pton(AF_INET, "169.254.169.254", &ipv4.sin_addr), 1);
  const auto first = endpoint_of(reinterpret_cast<const sockaddr&>(ipv4));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->address.bytes, Address::parse("::ffff:169.254.169.254")->bytes);
  EXPECT_EQ(first->port, 443);

  sockaddr_in6 ipv6{};
  ipv6.sin6_family = AF_INET6;
  ipv6.sin6_port = htons(5000);
  ASSERT_EQ(inet_pton(AF_INET6, "fe80::1", &ipv6.sin6_addr), 1);
  const auto second = endpoint_of(reinterpret_cast<const sockaddr&>(ipv6));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->address.bytes, Address::parse("fe80::1")->bytes);
  EXPECT_EQ(second->port, 5000);
}

TEST(Endpoint, KnowsNoOtherFamily) {
  sockaddr local{};
  local.sa_family = AF_UNIX;
  EXPECT_FALSE(endpoint_of(local));
}

}  // namespace
}  // namespace countersign::net

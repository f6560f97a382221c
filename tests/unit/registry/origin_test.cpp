// SPDX-License-Identifier: Apache-2.0
#include "registry/origin.h"

#include <gtest/gtest.h>

namespace countersign::registry {
namespace {

Origin of(std::string_view url) {
  return origin_of(net::Url::parse(url, Reason::RegistryResponse).value());
}

TEST(Origin, IsSchemeHostAndPort) {
  EXPECT_EQ(of("https://H.example/path"), (Origin{Scheme::Https, "h.example", 443}));
  EXPECT_EQ(of("http://h:5000"), (Origin{Scheme::Http, "h", 5000}));
  EXPECT_NE(of("https://h"), of("http://h"));
}

TEST(Origin, LeavesTheUsualPortOut) {
  EXPECT_EQ(of("https://h:443").text(), "https://h");
  EXPECT_EQ(of("http://h:80").text(), "http://h");
  EXPECT_EQ(of("https://h:80").text(), "https://h:80");
  EXPECT_EQ(of("https://[::1]:5000").text(), "https://[::1]:5000");
}

}  // namespace
}  // namespace countersign::registry

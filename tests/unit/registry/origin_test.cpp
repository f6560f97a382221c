// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "countersign/registry/credential_provider.h"

namespace countersign::registry {
namespace {

TEST(Origin, IsSchemeHostAndPort) {
  EXPECT_EQ((Origin{Scheme::Https, "h", 443}), (Origin{.host = "h"}));
  EXPECT_NE((Origin{Scheme::Https, "h", 443}), (Origin{Scheme::Http, "h", 443}));
  EXPECT_NE((Origin{Scheme::Https, "h", 443}), (Origin{Scheme::Https, "h", 5000}));
}

TEST(Origin, LeavesTheUsualPortOut) {
  EXPECT_EQ((Origin{Scheme::Https, "h", 443}).text(), "https://h");
  EXPECT_EQ((Origin{Scheme::Http, "h", 80}).text(), "http://h");
  EXPECT_EQ((Origin{Scheme::Https, "h", 80}).text(), "https://h:80");
  EXPECT_EQ((Origin{Scheme::Https, "[::1]", 5000}).text(), "https://[::1]:5000");
}

}  // namespace
}  // namespace countersign::registry

// SPDX-License-Identifier: Apache-2.0
#include "registry/realm.h"

#include <vector>

#include <gtest/gtest.h>

namespace countersign::registry {
namespace {

Result<net::Url> accept(std::string_view realm, std::string_view asked,
                        const std::vector<std::string>& listed = {}) {
  return accept_realm(realm, net::Url::parse(asked, Reason::Internal).value(), listed);
}

// REG-68; C14: a relative realm is one of the registry itself
TEST(Realm, AcceptsTheRegistryItsIssuerAndWhatIsListed) {
  const char* const asked = "https://registry.test/v2/a/manifests/b";
  EXPECT_EQ(accept("https://registry.test/token?x=y", asked)->text(),
            "https://registry.test/token?x=y");
  EXPECT_EQ(accept("https://REGISTRY.test:443/token", asked)->host(), "registry.test");
  EXPECT_EQ(accept("/token", asked)->text(), "https://registry.test/token");
  EXPECT_TRUE(accept("https://auth.test/token", asked, {"https://auth.test"}));
  EXPECT_TRUE(accept("https://auth.docker.io/token", "https://registry-1.docker.io/v2/"));
  EXPECT_TRUE(accept("https://gitlab.com/jwt/auth", "https://registry.gitlab.com/v2/"));
  EXPECT_TRUE(accept("https://quay.io/v2/auth", "https://quay.io/v2/"));
  EXPECT_TRUE(accept("http://h:5000/token", "http://h:5000/v2/"));
}

// REG-67, NET-03, NET-04, NV-W09
TEST(Realm, RefusesEveryOther) {
  const struct {
    const char *realm, *asked;
  } rows[] = {
      {"https://evil.test/token", "https://registry.test/"},
      {"https://registry.test.evil.test/token", "https://registry.test/"},
      {"https://registry.test:444/token", "https://registry.test/"},
      {"http://registry.test/token", "https://registry.test/"},
      {"https://registry.test/token#fragment", "https://registry.test/"},
      {"https://user:password@registry.test/token", "https://registry.test/"},
      {"https://169.254.169.254/metadata", "https://registry.test/"},
      {"//evil.test/token", "https://registry.test/"},
      {"file:///etc/passwd", "https://registry.test/"},
      {"gopher://registry.test/", "https://registry.test/"},
      {"ldap://registry.test/", "https://registry.test/"},
      {"", "https://registry.test/"},
      {"https://auth.docker.io/token", "https://registry.test/"},
      {"https://auth.docker.io/token", "https://registry-1.docker.io:5000/"},
      {"https://auth.docker.io/token", "http://registry-1.docker.io:443/"},
  };
  for (const auto& [realm, asked] : rows) {
    const auto accepted = accept(realm, asked);
    ASSERT_FALSE(accepted) << realm;
    EXPECT_EQ(accepted.error().reason, Reason::RegistryAuth) << realm;
  }
  EXPECT_FALSE(accept("http://auth.test/token", "https://registry.test/", {"http://auth.test"}));
  EXPECT_FALSE(accept("https://auth.test/", "https://registry.test/", {"auth.test", ""}));
}

}  // namespace
}  // namespace countersign::registry

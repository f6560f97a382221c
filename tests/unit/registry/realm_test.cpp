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

TEST(Realm, AnIssuerIsPinnedToTheRegistrysOrigin) {
  const auto registry = net::Url::parse("https://h.test:5000/v2/", Reason::Internal).value();
  const auto pinned = pin_issuer({.path = "/oauth2/token", .services = {"s"}}, registry);
  ASSERT_TRUE(pinned) << pinned.error().detail;
  EXPECT_EQ(pinned->realm.text(), "https://h.test:5000/oauth2/token");
  for (const OwnIssuer& bad :
       {OwnIssuer{"//evil.test/token", {"s"}}, OwnIssuer{"https://evil.test/token", {"s"}},
        OwnIssuer{"https://h.test:5000/token", {"s"}}, OwnIssuer{"token", {"s"}},
        OwnIssuer{"", {"s"}}, OwnIssuer{"/a/../token", {"s"}}, OwnIssuer{"/token?x=y", {"s"}},
        OwnIssuer{"/token", {}}, OwnIssuer{"/token", {"s", ""}}}) {
    const auto refused = pin_issuer(bad, registry);
    ASSERT_FALSE(refused) << bad.path;
    EXPECT_EQ(refused.error().reason, Reason::Internal) << bad.path;
  }
}

TEST(Realm, AChallengeMayNameThePinnedIssuerOnly) {
  const auto asked = net::Url::parse("https://h.test/v2/a/manifests/b", Reason::Internal).value();
  const auto pinned = pin_issuer({.services = {"s", "t"}}, asked).value();
  const auto accepted = [&](std::string_view realm, std::string_view service) {
    const auto result = accept_issuer(pinned, realm, service, asked);
    EXPECT_TRUE(result || result.error().reason == Reason::RegistryAuth);
    return result.has_value();
  };
  EXPECT_TRUE(accepted("https://h.test/oauth2/token", "s"));
  EXPECT_TRUE(accepted("https://H.TEST:443/oauth2/token", "t"));
  EXPECT_TRUE(accepted("/oauth2/token", "t"));
  EXPECT_FALSE(accepted("/oauth2/token", "S"));
  EXPECT_FALSE(accepted("/oauth2/token", ""));
  for (const char* realm :
       {"https://h.test/oauth2/exchange", "https://h.test/OAuth2/token",
        "http://h.test/oauth2/token", "https://h.test:444/oauth2/token",
        "https://h.test@evil.test/oauth2/token", "https://evil.test/oauth2/token",
        "https://h.test/oauth2/token?", "/oauth2/token#", "https://xh.test/oauth2/token",
        "https://h.test.evil.test/oauth2/token", "ftp://h.test/oauth2/token", ""}) {
    EXPECT_FALSE(accepted(realm, "s")) << realm;
  }
}

}  // namespace
}  // namespace countersign::registry

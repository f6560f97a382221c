// SPDX-License-Identifier: Apache-2.0
#include <array>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"
#include "countersign/policy/rule.h"

namespace countersign::policy {
namespace {

bool matches(std::string_view pattern, std::string_view image) {
  return ImagePattern::parse(pattern).value().matches(oci::ImageRef::parse(image).value());
}

struct Row {
  std::string_view pattern, image;
};

TEST(Pattern, MatchesImages) {
  constexpr std::array kRows{
      // literal, whatever tag or digest
      Row{"registry.example/team/app", "registry.example/team/app"},
      Row{"registry.example/team/app", "registry.example/team/app:1.2"},
      Row{"registry.example/team/app",
          "registry.example/team/app:1@sha256:"
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      // one segment, or a part of it
      Row{"registry.example/team/*", "registry.example/team/app"},
      Row{"registry.example/*/app", "registry.example/team/app"},
      Row{"registry.example/team/app-*", "registry.example/team/app-one"},
      Row{"registry.example/team/*-app", "registry.example/team/one-app"},
      Row{"registry.example/team/a*b*c", "registry.example/team/abc"},
      Row{"registry.example/team/a*b*c", "registry.example/team/a1b2b3c"},
      Row{"registry.example/team/*ab", "registry.example/team/abab"},
      Row{"registry.example/team/*ab*", "registry.example/team/aab"},
      // any further segments
      Row{"registry.example/**", "registry.example/app"},
      Row{"registry.example/**", "registry.example/a/b/c/d"},
      Row{"registry.example/team/**", "registry.example/team/app"},
      Row{"registry.example/t*/**", "registry.example/team/one/two"},
      // labels of the host
      Row{"*.azurecr.io/**", "acrdemo.azurecr.io/app"},
      Row{"*.azurecr.io/team/*", "acrdemo.azurecr.io/team/app"},
      Row{"acrdemo.*.io/app", "acrdemo.azurecr.io/app"},
      Row{"*.*.azurecr.io/**", "acrdemo.eastus.azurecr.io/app"},
      // ports
      Row{"registry.example:5000/app", "registry.example:5000/app"},
      Row{"*.example:5000/app", "registry.example:5000/app"},
      Row{"registry.example/app", "registry.example:443/app"},
      Row{"localhost:5000/**", "localhost:5000/app"},
      Row{"localhost/**", "localhost/app"},
      Row{"[::1]:5000/**", "[::1]:5000/app"},
      // the names of Docker Hub
      Row{"docker.io/library/nginx", "nginx"},
      Row{"docker.io/library/nginx", "nginx:1.27"},
      Row{"docker.io/library/nginx", "library/nginx"},
      Row{"docker.io/library/nginx", "docker.io/nginx"},
      Row{"docker.io/library/nginx", "index.docker.io/library/nginx"},
      Row{"docker.io/library/nginx", "index.docker.io/nginx"},
      Row{"docker.io/library/nginx", "registry-1.docker.io/library/nginx"},
      Row{"docker.io/library/*", "nginx"},
      Row{"docker.io/**", "nginx"},
      Row{"docker.io/**", "bitnami/nginx"},
      Row{"docker.io/bitnami/*", "bitnami/nginx"},
  };
  for (const auto& row : kRows) {
    EXPECT_TRUE(matches(row.pattern, row.image)) << row.pattern << " " << row.image;
  }
}

TEST(Pattern, DoesNotMatchLookAlikes) {
  constexpr std::array kRows{
      // REF-02: a wildcard of the host never reaches a path that looks like the host
      Row{"*.trusted.example/org/*", "attacker.example/x.trusted.example/org/y"},
      Row{"*.trusted.example/org/**", "attacker.example/x.trusted.example/org/y"},
      Row{"*.azurecr.io/**", "evil.example/acrdemo.azurecr.io/app"},
      // REF-03: suffixes and prefixes of hosts
      Row{"*.azurecr.io/**", "evil.azurecr.io.attacker.example/app"},
      Row{"*.azurecr.io/**", "azurecr.io.evil.example/app"},
      Row{"*.azurecr.io/**", "evilazurecr.io/app"},
      Row{"*.azurecr.io/**", "evil-azurecr.io/app"},
      Row{"*.azurecr.io/**", "azurecr.io/app"},
      Row{"*.azurecr.io/**", "a.b.azurecr.io/app"},
      Row{"*.azurecr.io/**", "acrdemo.azurecr.io:5000/app"},
      Row{"*.azurecr.io/**", "acrdemo.azurecr.com/app"},
      Row{"*.azurecr.io/**", "xn--acrdemo.azurecr.io.example/app"},
      Row{"acrdemo.*/app", "acrdemo.io:5000/app"},
      Row{"*.*/app", "acrdemo.azurecr.io/app"},
      Row{"acrdemo.azurecr.io/**", "acrdemo.azurecr.io.evil.example/app"},
      Row{"acrdemo.azurecr.io/**", "evil.acrdemo.azurecr.io/app"},
      Row{"acrdemo.azurecr.io/**", "acrdemo-azurecr.io/app"},
      Row{"acrdemo.azurecr.io/**", "acrdemo.azurecr.io:8443/app"},
      // ports
      Row{"registry.example:5000/app", "registry.example/app"},
      Row{"registry.example:5000/app", "registry.example:5001/app"},
      Row{"registry.example:5000/app", "registry.example:50000/app"},
      Row{"localhost/**", "localhost:5000/app"},
      Row{"[::1]:5000/**", "[::1]:5001/app"},
      Row{"[::1]:5000/**", "[::1]/app"},
      // segments
      Row{"registry.example/team/*", "registry.example/team/sub/app"},
      Row{"registry.example/team/*", "registry.example/team"},
      Row{"registry.example/team/*", "registry.example/teams/app"},
      Row{"registry.example/team/*", "registry.example/evil/team/app"},
      Row{"registry.example/*/app", "registry.example/a/b/app"},
      Row{"registry.example/team/**", "registry.example/team"},
      Row{"registry.example/team/**", "registry.example/team-evil/app"},
      Row{"registry.example/team/app", "registry.example/team/app2"},
      Row{"registry.example/team/app", "registry.example/team/app/evil"},
      Row{"registry.example/team/app", "registry.example/app"},
      Row{"registry.example/team/app-*", "registry.example/team/app"},
      Row{"registry.example/team/a*b", "registry.example/team/a"},
      Row{"registry.example/team/a*a", "registry.example/team/a"},
      Row{"registry.example/team/ab*ba", "registry.example/team/aba"},
      Row{"registry.example/team/a*b*c", "registry.example/team/acb"},
      Row{"registry.example/a.b", "registry.example/a-b"},
      // Docker Hub
      Row{"docker.io/library/nginx", "bitnami/nginx"},
      Row{"docker.io/library/nginx", "docker.io.evil.example/library/nginx"},
      Row{"docker.io/library/nginx", "evil.docker.io/library/nginx"},
      Row{"docker.io/library/nginx", "ghcr.io/library/nginx"},
      Row{"docker.io/library/*", "bitnami/nginx"},
      Row{"docker.io/library/**", "library2/nginx"},
      // without a dot or a port this is a folder of Docker Hub, not a host
      Row{"registry.example/app", "registry/example/app"},
  };
  for (const auto& row : kRows) {
    EXPECT_FALSE(matches(row.pattern, row.image)) << row.pattern << " " << row.image;
  }
}

struct Refused {
  std::string_view name, text;
};

TEST(Pattern, RefusesWhatIsNoPatternOrMatchesNothing) {
  constexpr std::array kRows{
      Refused{"nothing", ""},
      Refused{"a star alone", "*"},
      Refused{"two stars alone", "**"},
      Refused{"no registry", "nginx"},
      Refused{"a folder of Docker Hub", "library/nginx"},
      Refused{"a star for the host", "*/app"},
      Refused{"no path", "registry.example/"},
      Refused{"no host", "/app"},
      Refused{"an empty segment", "registry.example//app"},
      Refused{"a slash at the end", "registry.example/team/"},
      Refused{"two stars for the host", "**.azurecr.io/app"},
      Refused{"part of a label", "acr*.azurecr.io/app"},
      Refused{"end of the last label", "acrdemo.azurecr.i*/app"},
      Refused{"a star for the port", "registry.example:*/app"},
      Refused{"a star in the port", "registry.example:50*/app"},
      Refused{"a star beside a port", "registry.*:5000/app"},
      Refused{"two stars in the middle", "registry.example/**/app"},
      Refused{"two stars twice", "registry.example/**/**"},
      Refused{"two stars at the end of a segment", "registry.example/app**"},
      Refused{"two stars at the start of a segment", "registry.example/**app"},
      Refused{"three stars", "registry.example/***"},
      Refused{"a tag", "registry.example/app:1.0"},
      Refused{"a star as the tag", "registry.example/app:*"},
      Refused{"a digest",
              "registry.example/app@sha256:"
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      Refused{"upper-case host", "Registry.example/app"},
      Refused{"upper-case path", "registry.example/App"},
      Refused{"a dot at the end of the host", "registry.example./app"},
      Refused{"port 0", "registry.example:0/app"},
      Refused{"port 65536", "registry.example:65536/app"},
      Refused{"port with a leading zero", "registry.example:0443/app"},
      Refused{"the port that nobody writes", "registry.example:443/app"},
      Refused{"an alias of Docker Hub", "index.docker.io/library/nginx"},
      Refused{"another alias of Docker Hub", "registry-1.docker.io/library/*"},
      Refused{"Docker Hub without library", "docker.io/nginx"},
      Refused{"Docker Hub's only one segment", "docker.io/*"},
      Refused{"a scheme", "https://registry.example/app"},
      Refused{"a user", "user@registry.example/app"},
      Refused{"a space", "registry.example/a b"},
      Refused{"a line feed", "registry.example/app\n"},
      Refused{"a regular expression", "registry.example/(a|b)"},
      Refused{"a question mark", "registry.example/a?p"},
      Refused{"dots", "registry.example/../app"},
      Refused{"beyond ASCII", "registry.ex\u00E4mple/app"},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.name);
    const auto pattern = ImagePattern::parse(row.text);
    ASSERT_FALSE(pattern.has_value());
    EXPECT_EQ(pattern.error().reason, Reason::BadConfig);
  }
}

TEST(Pattern, KeepsItsText) {
  EXPECT_EQ(ImagePattern::parse("*.azurecr.io/**").value().text(), "*.azurecr.io/**");
  EXPECT_EQ(NamespacePattern::parse("kube-*").value().text(), "kube-*");
}

// POL-11: many stars against a text that almost matches everywhere, and a pattern beyond the cap.
TEST(Pattern, NeverBacktracks) {
  std::string stars = "registry.example/";
  for (int count = 0; count < 100; ++count) {
    stars += "a*";
  }
  const auto pattern = ImagePattern::parse(stars + "b");
  ASSERT_TRUE(pattern.has_value());
  const auto image = oci::ImageRef::parse("registry.example/" + std::string(250, 'a'));
  ASSERT_TRUE(image.has_value());
  EXPECT_FALSE(pattern->matches(*image));

  const auto too_long = ImagePattern::parse("registry.example/" + std::string(limits::kMiB, '*'));
  ASSERT_FALSE(too_long.has_value());
  EXPECT_EQ(too_long.error().reason, Reason::BadConfig);
}

TEST(Pattern, MatchesNamespaces) {
  constexpr std::array kMatching{Row{"default", "default"},         Row{"*", "default"},
                                 Row{"kube-*", "kube-system"},      Row{"*-system", "kube-system"},
                                 Row{"team-*-prod", "team-a-prod"}, Row{"a*b", "ab"}};
  for (const auto& row : kMatching) {
    EXPECT_TRUE(NamespacePattern::parse(row.pattern).value().matches(row.image)) << row.pattern;
  }
  constexpr std::array kOthers{Row{"default", "default2"},
                               Row{"default", "my-default"},
                               Row{"default", ""},
                               Row{"kube-*", "kube"},
                               Row{"kube-*", "my-kube-system"},
                               Row{"*-system", "kube-system-2"},
                               Row{"team-*-prod", "team-prod"},
                               Row{"default", "Default"}};
  for (const auto& row : kOthers) {
    EXPECT_FALSE(NamespacePattern::parse(row.pattern).value().matches(row.image)) << row.pattern;
  }
}

TEST(Pattern, RefusesWhatIsNoNamespacePattern) {
  const std::array<std::string, 10> texts{
      "",      "Default", "a b", "a_b", "a.b",
      "-kube", "kube-",   "**",  "a/*", std::string(limits::kNamespaceBytes + 1, 'a')};
  for (const auto& text : texts) {
    SCOPED_TRACE(text);
    const auto pattern = NamespacePattern::parse(text);
    ASSERT_FALSE(pattern.has_value());
    EXPECT_EQ(pattern.error().reason, Reason::BadConfig);
  }
  EXPECT_TRUE(NamespacePattern::parse(std::string(limits::kNamespaceBytes, 'a')).has_value());
}

struct Pair {
  std::string_view wide, narrow;
};

TEST(Pattern, TellsWhatOnePatternTakesOfAnother) {
  constexpr std::array kCovered{
      Pair{"r.example/app", "r.example/app"},   Pair{"r.example/*", "r.example/app"},
      Pair{"r.example/**", "r.example/*"},      Pair{"r.example/**", "r.example/**"},
      Pair{"r.example/**", "r.example/a/b/**"}, Pair{"r.example/a*", "r.example/ab*"},
      Pair{"r.example/*-x", "r.example/a*b-x"}, Pair{"*.example/**", "r.example/team/*"},
      Pair{"*.example/app", "*.example/app"},   Pair{"r.example/*/b", "r.example/a*/b"},
  };
  for (const auto& pair : kCovered) {
    EXPECT_TRUE(ImagePattern::parse(pair.wide)->covers(ImagePattern::parse(pair.narrow).value()))
        << pair.wide << " " << pair.narrow;
  }
  constexpr std::array kOthers{
      Pair{"r.example/app", "r.example/*"},     Pair{"r.example/*", "r.example/**"},
      Pair{"r.example/*", "r.example/a/b"},     Pair{"r.example/ab*", "r.example/a*"},
      Pair{"r.example/**", "*.example/app"},    Pair{"*.example/**", "*.other.example/**"},
      Pair{"r.example/a/**", "r.example/a"},    Pair{"r.example/a/**", "r.example/**"},
      Pair{"*.example/**", "r.example:80/app"}, Pair{"r.example/*a", "r.example/*b"},
  };
  for (const auto& pair : kOthers) {
    EXPECT_FALSE(ImagePattern::parse(pair.wide)->covers(ImagePattern::parse(pair.narrow).value()))
        << pair.wide << " " << pair.narrow;
  }
  EXPECT_TRUE(NamespacePattern::parse("*")->covers(NamespacePattern::parse("a*").value()));
  EXPECT_TRUE(NamespacePattern::parse("team-*")->covers(NamespacePattern::parse("team-a").value()));
  EXPECT_FALSE(NamespacePattern::parse("team-*")->covers(NamespacePattern::parse("*").value()));
}

TEST(Pattern, TellsInWhichRegistriesItsImagesMayLie) {
  EXPECT_TRUE(ImagePattern::parse("ghcr.io/**")->may_lie_in("ghcr.io"));
  EXPECT_TRUE(ImagePattern::parse("*.azurecr.io/**")->may_lie_in("acme.azurecr.io"));
  EXPECT_TRUE(ImagePattern::parse("localhost:5000/a")->may_lie_in("localhost:5000"));
  EXPECT_FALSE(ImagePattern::parse("ghcr.io/**")->may_lie_in("ghcr.io.example"));
  EXPECT_FALSE(ImagePattern::parse("*.azurecr.io/**")->may_lie_in("azurecr.io"));
}

}  // namespace
}  // namespace countersign::policy

// SPDX-License-Identifier: Apache-2.0
#include "countersign/registry/keyring.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"
#include "countersign/codec/base64.h"

namespace countersign::registry {
namespace {

std::string auth_of(std::string_view user) {
  return R"({"auth":")" + codec::encode_base64(as_bytes(std::string(user) + ":p")) + R"("})";
}

// A keyring with a credential under each key, whose user is the key itself; as each format has it.
std::string map_of(const std::vector<std::string>& keys) {
  std::string map;
  for (const auto& key : keys) {
    std::string user = key;
    std::ranges::replace(user, ':', ';');  // a user has no colon
    map += (map.empty() ? "\"" : ",\"") + key + "\":" + auth_of(user);
  }
  return "{" + map + "}";
}

Keyring keyring(const std::string& map) {
  return Keyring::parse(map, Keyring::Format::DockerCfg).value();
}

// The users, best first; or the reason.
std::string users(const Keyring& keyring, std::string_view image) {
  const auto found = keyring.match(oci::ImageRef::parse(image).value());
  if (!found) {
    return std::string(wire_name(found.error().reason));
  }
  std::string users;
  for (const auto& credential : *found) {
    users += (users.empty() ? "" : " ") + credential.user;
  }
  return users;
}

std::string users(const std::vector<std::string>& keys, std::string_view image) {
  return users(keyring(map_of(keys)), image);
}

// REG-75: https://kubernetes.io/docs/concepts/containers/images/#config-json, keyring_test.go
TEST(Keyring, MatchesAsTheKubelet) {
  const struct {
    const char *key, *image;
    bool expected;
  } rows[] = {
      // the documentation's examples
      {"*.kubernetes.io", "abc.kubernetes.io/a", true},
      {"*.kubernetes.io", "kubernetes.io/a", false},
      {"*.kubernetes.io", "a.b.kubernetes.io/a", false},
      {"*.*.kubernetes.io", "abc.kubernetes.io/a", false},
      {"*.*.kubernetes.io", "a.b.kubernetes.io/a", true},
      {"*.*.kubernetes.io", "a.b.c.kubernetes.io/a", false},
      {"prefix.*.io", "prefix.kubernetes.io/a", true},
      {"prefix.*.io", "other.kubernetes.io/a", false},
      {"*-good.kubernetes.io", "prefix-good.kubernetes.io/a", true},
      {"*-good.kubernetes.io", "prefix.kubernetes.io/a", false},
      {"my-registry.example/images", "my-registry.example/images", true},
      {"my-registry.example/images", "my-registry.example/images/my-image", true},
      {"my-registry.example/images", "my-registry.example/images/another-image", true},
      {"*.my-registry.example/images", "sub.my-registry.example/images/my-image", true},
      {"*.my-registry.example/images", "a.sub.my-registry.example/images/my-image", false},
      {"*.my-registry.example/images", "my-registry.example/images/my-image", false},
      // globs stay in their label
      {"[a-c]x.r.example", "bx.r.example/a", true},
      {"[a-c]x.r.example", "dx.r.example/a", false},
      {"r[.]example.org", "r.example.org/a", false},
      {"*", "r.example/a", false},
      {"*.*", "r.example/a", true},
      {"r.*/images", "r.example/images/a", true},
      {"r.example/*", "r.example/images/a", false},
      {"r.ex[ample", "r.example/a", false},
      // ports
      {"r.example:5000", "r.example:5000/a", true},
      {"r.example:5000", "r.example/a", false},
      {"r.example", "r.example:5000/a", false},
      {"r.example:5000", "r.example:5001/a", false},
      {"r.example:*", "r.example:5000/a", false},
      {"*.example:5000", "r.example:5000/a", true},
      {"r.example:443", "r.example/a", false},
      {"localhost:5000", "localhost:5000/a", true},
      {"10.0.0.1:5000/team", "10.0.0.1:5000/team/a", true},
      {"[fd00::1]:5000", "[fd00::1]:5000/a", true},
      {"[fd00::1]", "[fd00::1]:5000/a", false},
      {"[fd00::2]:5000", "[fd00::1]:5000/a", false},
      // paths end at a slash, which the kubelet does not ask for
      {"r.example/images", "r.example/imagesx/a", false},
      {"r.example/images", "r.example/images-of-others", false},
      {"r.example/images", "r.example/other/images", false},
      {"r.example/images/", "r.example/images/a", true},
      {"r.example/images/", "r.example/images", false},
      {"r.example/images/a/b", "r.example/images/a", false},
      // schemes and versions
      {"https://r.example", "r.example/a", true},
      {"http://r.example/", "r.example/a", true},
      {"https://r.example/v1/", "r.example/a", true},
      {"https://r.example/v2/", "r.example/a", true},
      {"r.example/v2", "r.example/a", true},
      {"https://r.example:5000/v2/team", "r.example:5000/team/a", true},
      {"https://r.example/v2/team", "r.example/a", false},
      {"r.example/v3/", "r.example/a", false},
      {"r.example/v3/", "r.example/v3/a", true},
      {"r.example/v2x", "r.example/a", false},
      {"ftp://r.example", "r.example/a", false},
      {"R.Example", "r.example/a", true},
      // Docker Hub
      {"https://index.docker.io/v1/", "nginx", true},
      {"index.docker.io", "docker.io/library/nginx", true},
      {"index.docker.io", "index.docker.io/library/nginx", true},
      {"registry-1.docker.io", "nginx", true},
      {"docker.io", "nginx", true},
      {"docker.io/library", "nginx", true},
      {"docker.io/team", "nginx", false},
      {"index.docker.io/library", "nginx", false},
      {"index.docker.io", "r.example/nginx", false},
      {"*.docker.io", "nginx", false},
      // not a key at all
      {"", "r.example/a", false},
      {"/images", "r.example/images", false},
      {"user@r.example", "r.example/a", false},
      {"r.example.evil", "r.example/a", false},
      {"evilr.example", "r.example/a", false},
      {"r.example:5000.evil", "r.example:5000/a", false},
  };
  for (const auto& [key, image, expected] : rows) {
    EXPECT_EQ(!users({key}, image).empty(), expected) << key << " " << image;
  }
}

// REG-75: "more specific paths are matched first"
TEST(Keyring, TheBestMatchComesFirst) {
  EXPECT_EQ(users({"r.example", "r.example/a/b", "*.example", "r.example/a", "r.example/c"},
                  "r.example/a/b/c:1"),
            "r.example/a/b r.example/a r.example *.example");
  EXPECT_EQ(users({"*.example/a", "r.example"}, "r.example/a"), "r.example *.example/a");
  EXPECT_EQ(users({"index.docker.io", "docker.io"}, "nginx"), "docker.io");
  EXPECT_EQ(users({"https://r.example/v2/", "r.example", "http://r.example"}, "r.example/a"),
            "r.example https;//r.example/v2/ http;//r.example");
}

// REG-77, the list: each credential once, at most as many as are tried
TEST(Keyring, ListsAFew) {
  const std::string path = "/a/b/c/d/e/f";
  std::vector<std::string> keys;
  for (std::size_t end = path.size(); end > 0; end = path.rfind('/', end - 1)) {
    keys.push_back("r.example" + path.substr(0, end));
  }
  ASSERT_GT(keys.size(), limits::kCredentialsTried);
  EXPECT_EQ(users(keys, "r.example" + path),
            "r.example/a/b/c/d/e/f r.example/a/b/c/d/e r.example/a/b/c/d r.example/a/b/c "
            "r.example/a/b");
  EXPECT_EQ(users(keyring(R"({"r.example/a":)" + auth_of("u") + R"(,"r.example":)" + auth_of("u") +
                          R"(,"*.example":)" + auth_of("v") + "}"),
                  "r.example/a"),
            "u v");
}

TEST(Keyring, KeysOfAnotherComeInBetween) {
  auto first = keyring(R"({"r.example":)" + auth_of("first") + "}");
  first.add(keyring(R"({"r.example/a":)" + auth_of("deep") + R"(,"r.example":)" +
                    auth_of("second") + "}"));
  EXPECT_EQ(users(first, "r.example/a/b"), "deep first second");
  EXPECT_EQ(users(first, "r.example/b"), "first second");
  EXPECT_EQ(users(Keyring(), "r.example/b"), "");
}

TEST(Keyring, AFewEntriesMatchAsAllDo) {
  const auto all =
      keyring(map_of({"r.example", "r.example/a", "index.docker.io", "docker.io/a", "s.example"}));
  for (const auto* image :
       {"r.example/a/b", "r.example/b", "nginx", "docker.io/a/b", "t.example/a"}) {
    const auto reference = oci::ImageRef::parse(image).value();
    EXPECT_EQ(users(all.only_for(reference), image), users(all, image)) << image;
  }
  auto joined =
      keyring(map_of({"index.docker.io"})).only_for(oci::ImageRef::parse("nginx").value());
  EXPECT_EQ(users(joined, "nginx"), "index.docker.io");
  joined.add(keyring(map_of({"docker.io"})).only_for(oci::ImageRef::parse("nginx").value()));
  EXPECT_EQ(users(joined, "nginx"), "docker.io");
  EXPECT_EQ(users(all.only_for(oci::ImageRef::parse("r.example/a").value()), "s.example/a"), "");
}

TEST(Keyring, AnEntryThatCantBeUsedCountsWhereItMatches) {
  const auto map = keyring(R"({"r.example/a":{"auth":"!"},"r.example":)" + auth_of("good") +
                           R"(,"*.example":{"auth":"!"},"s.example":{}})");
  EXPECT_EQ(users(map, "r.example/a/b"), "BAD_CONFIG");
  EXPECT_EQ(users(map, "r.example/b"), "good");
  EXPECT_EQ(users(map, "other.example/b"), "BAD_CONFIG");
  EXPECT_EQ(users(map, "other.test/b"), "");
  EXPECT_EQ(
      users(keyring(R"({"s.example":{},"*.example":)" + auth_of("wide") + "}"), "s.example/b"),
      "wide");
}

TEST(Keyring, ReadsBothFormats) {
  const auto auths = R"({"auths":)" + map_of({"r.example"}) + "}";
  const auto both = [](const std::string& json, Keyring::Format format) {
    const auto found = Keyring::parse(json, format);
    return found ? users(*found, "r.example/a") : std::string(wire_name(found.error().reason));
  };
  EXPECT_EQ(both(auths, Keyring::Format::DockerConfig), "r.example");
  EXPECT_EQ(both(map_of({"r.example"}), Keyring::Format::DockerCfg), "r.example");
  EXPECT_EQ(both(map_of({"r.example"}), Keyring::Format::DockerConfig), "");
  EXPECT_EQ(both(auths, Keyring::Format::DockerCfg), "");
  for (const auto* json : {"", "[]", "null", "{", R"({"a":{},"a":{}})"}) {
    EXPECT_EQ(both(json, Keyring::Format::DockerConfig), "BAD_CONFIG") << json;
    EXPECT_EQ(both(json, Keyring::Format::DockerCfg), "BAD_CONFIG") << json;
  }
  for (const auto* json : {R"({"auths":[]})", R"({"auths":"x"})", R"({"credHelpers":[]})"}) {
    EXPECT_EQ(both(json, Keyring::Format::DockerConfig), "BAD_CONFIG") << json;
  }
  EXPECT_EQ(both(R"({"auths":null})", Keyring::Format::DockerConfig), "");
}

TEST(Keyring, AKeyLongerThanAnyImageIsNone) {
  const auto path = "/" + std::string(limits::kReferenceBytes, 'a');
  EXPECT_EQ(users({"*.example" + path, "r.example"}, "r.example/a"), "r.example");
}

}  // namespace
}  // namespace countersign::registry

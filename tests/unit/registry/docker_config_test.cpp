// SPDX-License-Identifier: Apache-2.0
#include "countersign/registry/docker_config.h"

#include <string>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "support/fixed_clock.h"

namespace countersign::registry {
namespace {

// "password user secret", "none", or the reason.
std::string asked(const std::string& json, std::string_view registry) {
  const test::FixedClock clock;
  const auto provider = parse_docker_config(json);
  if (!provider) {
    return "not read: " + std::string(wire_name(provider.error().reason));
  }
  const auto found =
      (*provider)->credentials_for(oci::ImageRef::parse(std::string(registry) + "/a/b").value(),
                                   clock.in(std::chrono::minutes(1)));
  if (!found) {
    return std::string(wire_name(found.error().reason));
  }
  if (found->candidates.empty()) {
    return "none";
  }
  const auto& credential = found->candidates.front();
  switch (credential.kind) {
    case Credential::Kind::Password:
      return "password " + credential.user + " " + credential.secret.reveal();
    case Credential::Kind::RefreshToken:
      return "refresh " + credential.secret.reveal();
    case Credential::Kind::RegistryToken:
      return "registry " + credential.secret.reveal();
  }
  return "unknown kind";
}

std::string entry(const std::string& key, const std::string& members) {
  return R"({"auths":{")" + key + R"(":{)" + members + "}}}";
}

// REG-74
TEST(DockerConfig, ReadsTheFormsOfAnEntry) {
  const struct {
    const char *name, *members, *expected;
  } rows[] = {
      {"auth", R"("auth":"dTpw")", "password u p"},
      {"a colon in the password", R"("auth":"dTpwOnE=")", "password u p:q"},
      {"unpadded", R"("auth":"dTpwOnE")", "password u p:q"},
      {"NUL padding", R"("auth":"dTpwAAA=")", "password u p"},
      {"an empty password", R"("auth":"dTo=")", "password u "},
      {"plain members", R"("username":"u","password":"p")", "password u p"},
      {"auth wins", R"("auth":"dTpw","username":"x","password":"y")", "password u p"},
      {"identity token", R"("auth":"dTpw","identitytoken":"i")", "refresh i"},
      {"identity token as a password", R"("auth":"PHRva2VuPjppZA==")", "refresh id"},
      {"registry token", R"("registrytoken":"r","identitytoken":"i")", "registry r"},
      {"nothing", R"("email":"x")", "none"},
      {"empty members", R"("auth":"","identitytoken":"")", "none"},
      {"a user alone", R"("username":"u")", "none"},
      {"no colon", R"("auth":"dXA=")", "BAD_CONFIG"},
      {"no user", R"("auth":"OnA=")", "BAD_CONFIG"},
      {"no base64", R"("auth":"d!pw")", "BAD_CONFIG"},
  };
  for (const auto& [name, members, expected] : rows) {
    EXPECT_EQ(asked(entry("h", members), "h"), expected) << name;
  }
}

TEST(DockerConfig, MatchesTheRegistryExactly) {
  const std::string auth = R"("auth":"dTpw")";
  for (const char* key : {"h:5000", "https://h:5000", "https://h:5000/", "https://h:5000/v1/",
                          "https://h:5000/v2/", "http://h:5000/v2", "H:5000"}) {
    EXPECT_EQ(asked(entry(key, auth), "h:5000"), "password u p") << key;
  }
  for (const char* key :
       {"h", "h:5001", "x.h:5000", "h:5000/path", "*.h:5000", "evilh:5000", "h:5000.evil"}) {
    EXPECT_EQ(asked(entry(key, auth), "h:5000"), "none") << key;
  }
  for (const char* key :
       {"https://index.docker.io/v1/", "index.docker.io", "docker.io", "registry-1.docker.io"}) {
    EXPECT_EQ(asked(entry(key, auth), "docker.io"), "password u p") << key;
  }
  EXPECT_EQ(
      asked(
          R"({"auths":{"https://h/v2/":{"auth":"dTpx"},"h":{"auth":"dTpw"},"https://h":{"auth":"dTp5"}}})",
          "h"),
      "password u p");
}

// REG-74: programs are not run, and what they keep is not "no credential".
TEST(DockerConfig, AHelperIsAnError) {
  EXPECT_EQ(asked(R"({"credHelpers":{"h":"x"}})", "h"), "BAD_CONFIG");
  EXPECT_EQ(asked(R"({"credHelpers":{"h":"x"}})", "other"), "none");
  EXPECT_EQ(asked(R"({"auths":{"h":{}},"credsStore":"desktop"})", "h"), "BAD_CONFIG");
  EXPECT_EQ(asked(R"({"auths":{"h":{}},"credsStore":"desktop"})", "other"), "none");
  EXPECT_EQ(
      asked(R"({"auths":{"h":{"auth":"dTpw"}},"credHelpers":{"h":"x"},"credsStore":"y"})", "h"),
      "password u p");
}

// REG-74
TEST(DockerConfig, RefusesAFileThatIsNotOne) {
  for (const std::string& json :
       {std::string(), std::string("[]"), std::string("{"),
        std::string(R"({"auths":{"h":{},"h":{}}})"), std::string(R"({"auths":{},"auths":{}})"),
        R"({"x":")" + std::string(limits::kConfigBytes, 'x') + R"("})"}) {
    EXPECT_EQ(asked(json, "h"), "not read: BAD_CONFIG") << json.substr(0, 40);
  }
  EXPECT_EQ(asked(R"({"auths":[],"HttpHeaders":{"X":"y"},"proxies":{}})", "h"), "none");
}

TEST(DockerConfig, AnEntryThatCantBeUsedLeavesTheOthers) {
  const std::string json = R"({"auths":{"bad":{"auth":"!"},"good":{"auth":"dTpw"}}})";
  EXPECT_EQ(asked(json, "good"), "password u p");
  EXPECT_EQ(asked(json, "bad"), "BAD_CONFIG");
}

TEST(DockerConfig, AnonymousHasNone) {
  const test::FixedClock clock;
  const auto found = anonymous()->credentials_for(oci::ImageRef::parse("h.test/a").value(),
                                                  clock.in(std::chrono::minutes(1)));
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->candidates.empty());
}

}  // namespace
}  // namespace countersign::registry

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

// REG-74: the forms are rows of docker_entry_test.cpp
TEST(DockerConfig, GivesWhatAnEntryHas) {
  EXPECT_EQ(asked(entry("h.test", R"("auth":"dTpw")"), "h.test"), "password u p");
  EXPECT_EQ(asked(entry("h.test", R"("identitytoken":"i")"), "h.test"), "refresh i");
  EXPECT_EQ(asked(entry("h.test", R"("registrytoken":"r")"), "h.test"), "registry r");
  EXPECT_EQ(asked(entry("h.test", R"("email":"x")"), "h.test"), "none");
  EXPECT_EQ(asked(entry("h.test", R"("auth":"d!pw")"), "h.test"), "BAD_CONFIG");
}

TEST(DockerConfig, MatchesByTheKeysOfAKeyring) {
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
  EXPECT_EQ(asked(entry("*.r.example", auth), "eu.r.example"), "password u p");
  EXPECT_EQ(asked(entry("h:5000/a", auth), "h:5000"), "password u p");
  EXPECT_EQ(
      asked(
          R"({"auths":{"https://h.test/v2/":{"auth":"dTpx"},"h.test":{"auth":"dTpw"},"https://h.test":{"auth":"dTp5"}}})",
          "h.test"),
      "password u p");
}

// REG-74: programs are not run, and what they keep is not "no credential".
TEST(DockerConfig, AHelperIsAnError) {
  EXPECT_EQ(asked(R"({"credHelpers":{"h.test":"x"}})", "h.test"), "BAD_CONFIG");
  EXPECT_EQ(asked(R"({"credHelpers":{"h.test":"x"}})", "other.test"), "none");
  EXPECT_EQ(asked(R"({"auths":{"h.test":{}},"credsStore":"desktop"})", "h.test"), "BAD_CONFIG");
  EXPECT_EQ(asked(R"({"auths":{"h.test":{}},"credsStore":"desktop"})", "other.test"), "none");
  EXPECT_EQ(
      asked(R"({"auths":{"h.test":{"auth":"dTpw"}},"credHelpers":{"h.test":"x"},"credsStore":"y"})",
            "h.test"),
      "password u p");
}

// REG-74
TEST(DockerConfig, RefusesAFileThatIsNotOne) {
  for (const std::string& json : {std::string(), std::string("[]"), std::string("{"),
                                  std::string(R"({"auths":{"h.test":{},"h.test":{}}})"),
                                  std::string(R"({"auths":{},"auths":{}})"),
                                  R"({"x":")" + std::string(limits::kConfigBytes, 'x') + R"("})"}) {
    EXPECT_EQ(asked(json, "h.test"), "not read: BAD_CONFIG") << json.substr(0, 40);
  }
  EXPECT_EQ(asked(R"({"auths":[]})", "h.test"), "not read: BAD_CONFIG");
  EXPECT_EQ(asked(R"({"HttpHeaders":{"X":"y"},"proxies":{}})", "h.test"), "none");
}

TEST(DockerConfig, AnEntryThatCantBeUsedLeavesTheOthers) {
  const std::string json = R"({"auths":{"bad.test":{"auth":"!"},"good.test":{"auth":"dTpw"}}})";
  EXPECT_EQ(asked(json, "good.test"), "password u p");
  EXPECT_EQ(asked(json, "bad.test"), "BAD_CONFIG");
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

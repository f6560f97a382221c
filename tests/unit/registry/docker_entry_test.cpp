// SPDX-License-Identifier: Apache-2.0
#include "registry/docker_entry.h"

#include <string>

#include <gtest/gtest.h>

namespace countersign::registry {
namespace {

// "password user secret", "none", or the reason.
std::string read(const std::string& json) {
  const auto entry = codec::Json::parse(json, {.bytes = 1'000}, Reason::Internal);
  EXPECT_TRUE(entry) << json;
  const auto credential = read_docker_entry(*entry);
  if (!credential) {
    return std::string(wire_name(credential.error().reason));
  }
  if (!*credential) {
    return "none";
  }
  switch ((*credential)->kind) {
    case Credential::Kind::Password:
      return "password " + (*credential)->user + " " + (*credential)->secret.reveal();
    case Credential::Kind::RefreshToken:
      return "refresh " + (*credential)->secret.reveal();
    case Credential::Kind::RegistryToken:
      return "registry " + (*credential)->secret.reveal();
  }
  return "unknown kind";
}

// REG-74
TEST(DockerEntry, ReadsEachForm) {
  const struct {
    const char *name, *json, *expected;
  } rows[] = {
      {"auth", R"({"auth":"dTpw"})", "password u p"},
      {"a colon in the password", R"({"auth":"dTpwOnE="})", "password u p:q"},
      {"unpadded", R"({"auth":"dTpwOnE"})", "password u p:q"},
      {"NUL padding", R"({"auth":"dTpwAAA="})", "password u p"},
      {"an empty password", R"({"auth":"dTo="})", "password u "},
      {"plain members", R"({"username":"u","password":"p"})", "password u p"},
      {"auth wins", R"({"auth":"dTpw","username":"x","password":"y"})", "password u p"},
      {"identity token", R"({"auth":"dTpw","identitytoken":"i"})", "refresh i"},
      {"identity token as a password", R"({"auth":"PHRva2VuPjppZA=="})", "refresh id"},
      {"registry token", R"({"registrytoken":"r","identitytoken":"i"})", "registry r"},
      {"nothing", R"({"email":"x"})", "none"},
      {"empty members", R"({"auth":"","identitytoken":""})", "none"},
      {"null members", R"({"auth":null})", "none"},
      {"a user alone", R"({"username":"u"})", "none"},
      {"no colon", R"({"auth":"dXA="})", "BAD_CONFIG"},
      {"no user", R"({"auth":"OnA="})", "BAD_CONFIG"},
      {"no base64", R"({"auth":"d!pw"})", "BAD_CONFIG"},
      {"a password that is a number", R"({"username":"u","password":1})", "BAD_CONFIG"},
      {"no object", R"("dTpw")", "BAD_CONFIG"},
  };
  for (const auto& [name, json, expected] : rows) {
    EXPECT_EQ(read(json), expected) << name;
  }
}

}  // namespace
}  // namespace countersign::registry

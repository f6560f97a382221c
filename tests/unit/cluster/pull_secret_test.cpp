// SPDX-License-Identifier: Apache-2.0
#include "cluster/pull_secret.h"

#include <gtest/gtest.h>

#include "unit/cluster/objects.h"

namespace countersign::cluster {
namespace {

std::string user_in(const std::string& json) {
  const auto secret = codec::Json::parse(json, {.bytes = 100'000}, Reason::Internal);
  const auto keyring = read_pull_secret(secret.value());
  if (!keyring) {
    return std::string(wire_name(keyring.error().reason));
  }
  const auto found = keyring->match(oci::ImageRef::parse("r.example/a").value());
  return found && found->size() == 1 ? found->front().user : "none";
}

// REG-76
TEST(PullSecret, IsOneOfTwoTypes) {
  const auto bare = R"({"r.example":{"username":"u","password":"p"}})";
  const auto config = docker_config("r.example", "u");
  const struct {
    const char* name;
    std::string secret;
    const char* expected;
  } rows[] = {
      {"dockerconfigjson", pull_secret("r.example", "u"), "u"},
      {"dockercfg", secret_object("kubernetes.io/dockercfg", ".dockercfg", bare), "u"},
      {"another registry", pull_secret("other.example", "u"), "none"},
      {"another type", secret_object("Opaque", ".dockerconfigjson", config), "BAD_CONFIG"},
      {"no type", secret_object("", ".dockerconfigjson", config), "BAD_CONFIG"},
      {"the other's key", secret_object(kDockerConfigJson, ".dockercfg", bare), "BAD_CONFIG"},
      {"the key of another type",
       secret_object("kubernetes.io/dockercfg", ".dockerconfigjson", config), "BAD_CONFIG"},
      {"no JSON", secret_object(kDockerConfigJson, ".dockerconfigjson", "{"), "BAD_CONFIG"},
      {"empty", secret_object(kDockerConfigJson, ".dockerconfigjson", ""), "BAD_CONFIG"},
      {"the bare map as the other type",
       secret_object(kDockerConfigJson, ".dockerconfigjson", bare), "none"},
      {"no data", R"({"kind":"Secret","type":"kubernetes.io/dockerconfigjson"})", "BAD_CONFIG"},
      {"no base64",
       R"({"type":"kubernetes.io/dockerconfigjson","data":{".dockerconfigjson":"{}"}})",
       "BAD_CONFIG"},
      {"data that is no text",
       R"({"type":"kubernetes.io/dockerconfigjson","data":{".dockerconfigjson":1}})", "BAD_CONFIG"},
  };
  for (const auto& [name, secret, expected] : rows) {
    EXPECT_EQ(user_in(secret), expected) << name;
  }
}

}  // namespace
}  // namespace countersign::cluster

// SPDX-License-Identifier: Apache-2.0
#include "app/plugin_mode.h"

#include <gtest/gtest.h>

#include "samples.h"

namespace countersign::app {
namespace {

struct PluginModeTest : testing::Test {
  TestConsole test;

  Exit run(const std::vector<std::string>& arguments, const std::string& request = "") {
    test.in.clear();
    test.in.str(request);
    test.out.str("");
    test.err.str("");
    return run_plugin(arguments, test.console);
  }
  // The error's code, and that nothing else was said.
  std::string refused(const std::string& command, const std::string& request) {
    EXPECT_EQ(run({command}, request), Exit::No);
    EXPECT_EQ(test.out.str(), "");
    const auto text = test.err.str();
    const auto json = codec::Json::parse(text.substr(0, text.size() - 1), {.bytes = text.size()},
                                         Reason::Internal);
    EXPECT_TRUE(json && text.ends_with('\n')) << text;
    return json ? *json->find_string("errorCode") : text;
  }
};

std::string asking(const std::string& key, const std::string& config = "{}") {
  return R"({"contractVersion":"1.0","keyId":")" + key + R"(","pluginConfig":)" + config + "}";
}

constexpr const char* kKey = "https://kvdemo.vault.azure.net/keys/signer";

TEST(PluginMode, GoesByTheProgramsName) {
  for (const auto* name : {"notation-azure-kv", "/a/b/notation-azure-kv", "./notation-azure-kv"}) {
    EXPECT_TRUE(is_plugin(name)) << name;
  }
  for (const auto* name : {"", "countersign", "/notation-azure-kv/countersign",
                           "notation-azure-kv2", "a-notation-azure-kv", "notation-azure-kv/"}) {
    EXPECT_FALSE(is_plugin(name)) << name;
  }
}

TEST_F(PluginModeTest, SaysWhatItIs) {
  EXPECT_EQ(run({"get-plugin-metadata"}), Exit::Yes);
  EXPECT_TRUE(test.out.str().starts_with(R"({"name":"azure-kv",)")) << test.out.str();
  EXPECT_EQ(test.err.str(), "");
  for (const auto& arguments : {std::vector<std::string>{}, {"--help"}}) {
    EXPECT_EQ(run(arguments), Exit::Yes);
    EXPECT_NE(test.out.str().find("Usage: notation-azure-kv"), std::string::npos);
  }
}

TEST_F(PluginModeTest, RefusesWhatItCantUse) {
  for (const auto* command : {"", "sign", "verify-signature", "generate-envelope", "version"}) {
    EXPECT_EQ(refused(command, asking(kKey)), "VALIDATION_ERROR") << command;
  }
  for (const auto* command : {"describe-key", "generate-signature"}) {
    EXPECT_EQ(refused(command, ""), "VALIDATION_ERROR");
    EXPECT_EQ(refused(command, "{"), "VALIDATION_ERROR");
    EXPECT_EQ(refused(command, R"({"contractVersion":"2.0","keyId":"k"})"),
              "UNSUPPORTED_CONTRACT_VERSION");
  }
  EXPECT_EQ(refused("describe-key", asking("https://attacker.example/keys/signer")),
            "VALIDATION_ERROR");
  EXPECT_EQ(refused("describe-key", asking(kKey, R"({"self_signed":"true","ca_certs":"a"})")),
            "VALIDATION_ERROR");
  EXPECT_EQ(refused("describe-key", asking(kKey, R"({"ca_certs":"/nonexistent/a.pem"})")),
            "VALIDATION_ERROR");
  EXPECT_EQ(refused("describe-key", asking(kKey) + std::string(2'000'000, ' ')),
            "VALIDATION_ERROR");
}

TEST_F(PluginModeTest, NamesTheConfigurationThatCantBeUsed) {
  test.environment["COUNTERSIGN_CONFIG"] = "/nonexistent/config.yaml";
  EXPECT_EQ(refused("describe-key", asking(kKey)), "VALIDATION_ERROR");
  EXPECT_NE(test.err.str().find("/nonexistent/config.yaml"), std::string::npos);
}

TEST_F(PluginModeTest, HasNoIdentityWithoutOne) {  // asks nobody
  EXPECT_EQ(refused("describe-key", asking(kKey, R"({"credential_type":"environment"})")),
            "ACCESS_DENIED");
  EXPECT_EQ(refused("describe-key", asking(kKey, R"({"credential_type":"workloadid"})")),
            "ACCESS_DENIED");
}

}  // namespace
}  // namespace countersign::app

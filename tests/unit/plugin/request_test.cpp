// SPDX-License-Identifier: Apache-2.0
#include "countersign/plugin/request.h"

#include <gtest/gtest.h>

#include "countersign/base/limits_signing.h"

namespace countersign::plugin {
namespace {

using enum crypto::SignatureAlgorithm;

constexpr const char* kId = "https://kv.vault.azure.net/keys/signer";

std::string request(const std::map<std::string, std::string>& changed) {
  std::map<std::string, std::string> members{{"contractVersion", R"("1.0")"},
                                             {"keyId", "\"" + std::string(kId) + "\""},
                                             {"keySpec", R"("EC-384")"},
                                             {"hashAlgorithm", R"("SHA-384")"},
                                             {"payload", R"("cGF5bG9hZA==")"}};
  for (const auto& [name, value] : changed) {
    members[name] = value;
  }
  std::string text;
  for (const auto& [name, value] : members) {
    if (!value.empty()) {
      text += (text.empty() ? "{\"" : ",\"") + name + "\":" + value;
    }
  }
  return text + "}";
}

std::optional<ErrorCode> outcome(const std::string& json) {
  const auto parsed = parse_signature_request(json);
  return parsed ? std::nullopt : std::optional(parsed.error().code);
}

TEST(Request, IsForACommandThatIsKnown) {
  EXPECT_EQ(parse_command("get-plugin-metadata"), Command::GetPluginMetadata);
  EXPECT_EQ(parse_command("describe-key"), Command::DescribeKey);
  EXPECT_EQ(parse_command("generate-signature"), Command::GenerateSignature);
  for (const auto* none : {"", "generate-envelope", "verify-signature", "Describe-Key", "sign"}) {
    EXPECT_EQ(parse_command(none), std::nullopt) << none;
  }
}

TEST(Request, HasAKeyAndWhatUsersSaid) {
  const auto key = parse_key_request(
      R"({"contractVersion":"1.0","keyId":"k","pluginConfig":{"self_signed":"true","x":""}})");
  ASSERT_TRUE(key);
  EXPECT_EQ(key->key_id, "k");
  EXPECT_EQ(key->config, (PluginConfig{{"self_signed", "true"}, {"x", ""}}));
  for (const auto* none : {R"({"contractVersion":"1.0","keyId":"k"})",
                           R"({"contractVersion":"1.0","keyId":"k","pluginConfig":null})",
                           R"({"contractVersion":"1.0","keyId":"k","pluginConfig":{}})"}) {
    const auto without = parse_key_request(none);
    ASSERT_TRUE(without) << none;
    EXPECT_TRUE(without->config.empty());
  }
}

TEST(Request, HasWhatIsSigned) {
  const auto parsed = parse_signature_request(request({{"new", "[1]"}}));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->key_id, kId);
  EXPECT_EQ(as_text(parsed->payload), "payload");
  EXPECT_EQ(parsed->algorithm, EcdsaSha384);
}

TEST(Request, OfAnotherContractIsRefused) {
  for (const auto* version : {R"("1.0")", R"("1.1")", R"("1.42")"}) {
    EXPECT_EQ(outcome(request({{"contractVersion", version}})), std::nullopt) << version;
  }
  for (const auto* version :
       {R"("2.0")", R"("1")", R"("1.")", R"("1.x")", R"("1.0.0")", R"("01.0")", R"("1.10000")"}) {
    EXPECT_EQ(outcome(request({{"contractVersion", version}})),
              ErrorCode::UnsupportedContractVersion)
        << version;
  }
  for (const auto* version : {"", "1.0", "null", R"("")"}) {
    EXPECT_EQ(outcome(request({{"contractVersion", version}})), ErrorCode::Validation) << version;
  }
}

TEST(Request, ThatCantBeUsedIsRefused) {
  std::vector<std::string> texts{"",
                                 "null",
                                 "[]",
                                 "\"x\"",
                                 "{",
                                 "{}",
                                 request({}) + "{}",
                                 R"({"keyId":"a",)" + request({}).substr(1)};
  for (const auto* name : {"keyId", "keySpec", "hashAlgorithm", "payload"}) {
    for (const auto* value : {"", "null", R"("")", "1", "[]", R"(["x"])"}) {
      texts.push_back(request({{name, value}}));
    }
  }
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
           {"keySpec", R"("EC-512")"},
           {"keySpec", R"("EC-256")"},  // goes with SHA-256
           {"hashAlgorithm", R"("SHA-256")"},
           {"hashAlgorithm", R"("SHA384")"},
           {"payload", R"("cGF5bG9hZA")"},
           {"payload", R"("cGF5bG9hZA==\n")"},
           {"payload", R"("-_-_")"},
           {"pluginConfig", "[]"},
           {"pluginConfig", R"("self_signed=true")"},
           {"pluginConfig", R"({"self_signed":true})"},
           {"pluginConfig", R"({"a":"1","a":"1"})"}}) {
    texts.push_back(request({{name, value}}));
  }
  std::string many;
  for (std::size_t number = 0; number <= limits::kPluginConfig; ++number) {
    many += (many.empty() ? "" : ",") + ("\"" + std::to_string(number) + "\":\"\"");
  }
  texts.push_back(request({{"pluginConfig", "{" + many + "}"}}));
  texts.push_back(
      request({{"payload", "\"" + std::string(limits::kPluginRequestBytes, 'A') + "\""}}));
  for (const auto& text : texts) {
    EXPECT_EQ(outcome(text), ErrorCode::Validation) << text.substr(0, 200);
  }
}

}  // namespace
}  // namespace countersign::plugin

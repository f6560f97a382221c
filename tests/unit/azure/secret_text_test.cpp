// SPDX-License-Identifier: Apache-2.0
#include "azure/secret_text.h"

#include <gtest/gtest.h>

#include "countersign/codec/json.h"

#include "support/pki.h"
#include "unit/azure/vault_answers.h"

namespace countersign::azure {
namespace {

std::string taken(std::string answer) {
  const auto text = take_secret_text(answer);
  if (!text) {
    EXPECT_TRUE(answer.empty()) << "all of it is wiped";
    return std::string(wire_name(text.error().reason));
  }
  return text->reveal();
}

TEST(SecretText, TakesTheValueOutOfTheAnswer) {
  std::string answer = R"({"id":"x", "value" : "abc\n\u00e9","tags":{"value":"tag"}})";
  const auto text = take_secret_text(answer);
  ASSERT_TRUE(text);
  EXPECT_EQ(text->reveal(), "abc\n\xC3\xA9");
  EXPECT_EQ(answer, R"({"id":"x", "value" : "xxxxxxxxxxx","tags":{"value":"tag"}})");
}

TEST(SecretText, FindsItWhereverItStands) {
  for (const char* answer :
       {R"({"value":"it"})", R"( { "a" : 1 , "value" : "it" } )",
        R"({"a":{"value":"x","b":[{"value":"y"},"]"]},"value":"it","c":[1,2,"}"]})",
        R"({"a":"\"value\":\"x\"","val\u0075e":"it"})", R"({"a":-1.5e9,"b":null,"value":"it"})",
        R"({"a":"\\","value":"it","b":"value"})", R"({"value":"\u0069\u0074"})"}) {
    EXPECT_EQ(taken(answer), "it") << answer;
  }
  EXPECT_EQ(taken(R"({"value":""})"), "");
}

TEST(SecretText, WithoutOneValueThereIsNothing) {
  for (const char* answer : {"",
                             "{",
                             "{}",
                             "[]",
                             R"(["value","x"])",
                             R"({"value":1})",
                             R"({"value":null})",
                             R"({"value":["x"]})",
                             R"({"a":{"value":"x"}})",
                             R"({"value":"x)",
                             R"({"value":"x\)",
                             R"({"value" "x"})",
                             R"({"a":"x)",
                             R"({"a":[")",
                             R"({"a":,"value":"x"})",
                             R"({"value":"x","value":"y"})",
                             R"({"value":"x","val\u0075e":"y"})",
                             R"({"value":"x","value":1})",
                             R"({"value":"\x"})",
                             R"({"value":"\u12"})",
                             R"({"value":"\u0000"})",
                             R"({"value":"\ud800"})",
                             R"({"value":"\ud800\u0041"})",
                             R"({"value":"\udc00"})",
                             R"({"value":"\u-001"})",
                             "{\"value\":\"a\nb\"}",
                             "{\"value\":\"\xff\"}",
                             "<html>"}) {
    EXPECT_EQ(taken(answer), "KEY_VAULT_UNAVAILABLE") << answer;
  }
}

// Every string that our parser reads is the one that is taken.
TEST(SecretText, ReadsEscapesAsTheParserDoes) {
  for (const char* text :
       {R"(\"\\\/\b\f\n\r\t)", R"(\u0001\u007f\u0080\u07ff\u0800\uffff)",
        R"(\ud83d\ude00\uDBFF\uDFFF)", "\xF0\x9F\x98\x80", R"(\u00E9\u00e9)", "plain"}) {
    const auto answer = R"({"value":")" + std::string(text) + R"("})";
    const auto parsed = codec::Json::parse(answer, {.bytes = 1'000}, Reason::Internal);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(taken(answer), *parsed->find_string("value")) << text;
  }
}

std::string blanked(std::string pem) {
  blank_private_keys(pem);
  return pem;
}

TEST(SecretText, BlanksPrivateKeysOfAnyKind) {
  for (const char* label : {"PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY",
                            "ENCRYPTED PRIVATE KEY", "OPENSSH PRIVATE KEY", "private key"}) {
    const auto begin = "-----BEGIN " + std::string(label) + "-----";
    const auto end = "-----END " + std::string(label) + "-----";
    EXPECT_EQ(blanked("text\n" + begin + "\r\nMIIE\r\nAb+/=\r\n" + end +
                      "\r\nmore\n"
                      "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"),
              "text\n" + begin + "\r\n    \r\n     \r\n" + end +
                  "\r\n    \n"
                  "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
  }
}

TEST(SecretText, BlanksWhatIsBrokenToo) {
  struct Row {
    const char* pem;
    const char* blanked;
  };
  for (const auto& row : {
           Row{"-----BEGIN PRIVATE KEY-----\nMIIE", "-----BEGIN PRIVATE KEY-----\n    "},
           {"-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----"},
           {"-----BEGIN PRIVATE KEY", "-----BEGIN PRIVATE KEY"},
           {"-----BEGIN PRIVATE KEY\nMIIE", "-----BEGIN PRIVATE KEY\n    "},
           {"-----BEGIN PRIVATE KEY----- MIIE -----END PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY-----      -----END PRIVATE KEY-----"},
           {"-----BEGIN PRIVATE KEY-----\nMIIE\n-----BEGIN CERTIFICATE-----\nMIIB",
            "-----BEGIN PRIVATE KEY-----\n    \n-----BEGIN CERTIFICATE-----\nMIIB"},
           {"-----BEGIN PRIVATE KEY----------END", "-----BEGIN PRIVATE KEY----------END"},
           {"PRIVATE KEY MIIE", "PRIVATE KEY     "},
           {"no such words", "no such words"},
           {"", ""},
       }) {
    EXPECT_EQ(blanked(row.pem), row.blanked);
  }
}

TEST(SecretText, WhatIsTakenHasNoKey) {
  const auto signer = test::make_key_vault_signer();
  const auto key = signer.key().pem();
  std::string answer =
      answers::secret("ca", answers::version(1), key + signer.pem() + key + signer.pem());
  const auto text = take_secret_text(answer);
  ASSERT_TRUE(text);
  const auto line = key.substr(key.find('\n') + 1, 64);
  EXPECT_EQ(text->reveal().find(line), std::string::npos);
  EXPECT_EQ(answer.find(line), std::string::npos);
  EXPECT_NE(text->reveal().find(signer.pem()), std::string::npos);
  EXPECT_TRUE(codec::Json::parse(answer, {.bytes = answer.size()}, Reason::Internal));
}

}  // namespace
}  // namespace countersign::azure

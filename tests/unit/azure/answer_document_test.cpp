// SPDX-License-Identifier: Apache-2.0
#include "azure/answer_document.h"

#include <gtest/gtest.h>

#include "unit/azure/vault_answers.h"

namespace countersign::azure {
namespace {

using namespace answers;

std::string outcome(std::string_view text, const std::string& asked_version = "") {
  const Resource asked{.kind = Resource::Kind::Certificate, .name = "ca", .version = asked_version};
  const auto document = read_document(text, asked, vault());
  return document ? document->version : std::string(wire_name(document.error().reason));
}

std::string document(const std::string& url,
                     const std::string& attributes = R"({"enabled":true})") {
  return R"({"id":")" + url + R"(","attributes":)" + attributes + "}";
}

// AKV-10 has an answer about another vault's object.
TEST(AnswerDocument, IsAboutWhatWasAskedFor) {
  const auto own = id("certificates", "ca", version(1));
  EXPECT_EQ(outcome(document(own)), version(1));
  EXPECT_EQ(outcome(document(own), version(1)), version(1));
  EXPECT_EQ(outcome(document(id("certificates", "CA", version(1)))), version(1));
  EXPECT_EQ(outcome(document(own), version(2)), "KEY_VAULT_UNAVAILABLE");
  for (const auto& bad :
       {document(id("certificates", "other", version(1))), document(id("certificates", "ca", "")),
        document(id("secrets", "ca", version(1))),
        document("https://kv2.vault.azure.net/certificates/ca/" + version(1)), document(""),
        document(own, "null"), std::string(R"({"attributes":{"enabled":true}})"), std::string("{}"),
        std::string("[]"), std::string(""), std::string("<html>"), document(own) + "x"}) {
    EXPECT_EQ(outcome(bad), "KEY_VAULT_UNAVAILABLE") << bad;
  }
}

}  // namespace
}  // namespace countersign::azure

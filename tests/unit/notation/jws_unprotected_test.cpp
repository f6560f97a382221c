// SPDX-License-Identifier: Apache-2.0
#include "notation/jws_unprotected.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "samples.h"

namespace countersign::notation {
namespace {

using test::json_object;
using test::json_text;

constexpr auto kTimestamp = "io.cncf.notary.timestampSignature";
constexpr auto kAgent = "io.cncf.notary.signingAgent";

Result<UnprotectedHeader> read(const std::vector<test::JsonMember>& members) {
  x509::CertificateMemory known(0);
  return read_unprotected_header(samples::parse_json(json_object(members)), known);
}

std::string encoded_leaf() { return codec::encode_base64(samples::signer().certificate().der()); }

TEST(JwsUnprotected, ReadsChainTimestampAndAgent) {
  const auto header = read({{"x5c", test::x5c(samples::signer().chain())},
                            {kTimestamp, json_text("dG9rZW4=")},
                            {kAgent, json_text("notation/1.3")},
                            {"unknown", "[1]"}});
  ASSERT_TRUE(header) << header.error().detail;
  EXPECT_EQ(header->chain, samples::signer().chain());
  EXPECT_EQ(as_text(header->timestamp), "token");
  EXPECT_EQ(header->signing_agent, "notation/1.3");
}

TEST(JwsUnprotected, IsFineWithTheChainAlone) {
  const auto header = read({{"x5c", "[" + json_text(encoded_leaf()) + "]"}});
  ASSERT_TRUE(header) << header.error().detail;
  EXPECT_EQ(header->chain.size(), 1U);
  EXPECT_TRUE(header->timestamp.empty());
  EXPECT_TRUE(header->signing_agent.empty());
}

TEST(JwsUnprotected, TakesNullForNoAgentAndAnySpellingOfIt) {
  for (const test::JsonMember& agent :
       {test::JsonMember{kAgent, "null"},
        test::JsonMember{"io.cncf.notary.SigningAgent", json_text("old")}}) {
    const auto header = read({{"x5c", test::x5c(samples::signer().chain())}, agent});
    ASSERT_TRUE(header) << agent.first;
    EXPECT_EQ(header->signing_agent, agent.second == "null" ? "" : "old");
  }
}

std::string many_certificates(std::size_t count) {
  return test::x5c(x509::Chain(count, samples::signer().certificate()));
}

TEST(JwsUnprotected, LimitsTheChain) {
  EXPECT_TRUE(read({{"x5c", many_certificates(limits::kChainCertificates)}}));
  EXPECT_FALSE(read({{"x5c", many_certificates(limits::kChainCertificates + 1)}}));
  EXPECT_FALSE(read({{"x5c", many_certificates(1'000)}}));
}

struct Row {
  const char* name;
  std::vector<test::JsonMember> members;
};

// A certificate whose base64 shows whether it is the right one.
std::string telling_leaf() {
  for (unsigned number = 0;; ++number) {
    const auto spec = test::leaf_spec("C=US, ST=WA, O=Acme, CN=" + std::string(number % 3, 'x'));
    const auto leaf = test::make_leaf(test::key(test::KeyType::P256), spec).certificate();
    std::string encoded = codec::encode_base64(leaf.der());
    if (encoded.ends_with('=') && encoded.find_first_of("+/") != std::string::npos) {
      return encoded;
    }
  }
}

std::vector<Row> refused() {
  const std::string leaf = telling_leaf();
  std::string url = leaf;
  std::ranges::replace(url, '+', '-');
  std::ranges::replace(url, '/', '_');
  const std::string unpadded = leaf.substr(0, leaf.find('='));
  const std::string broken = leaf.substr(0, 64) + "\n" + leaf.substr(64);
  const auto pem = test::pem(samples::signer().certificate());
  const auto chain = [](const std::string& text) {
    return test::JsonMember{"x5c", "[" + json_text(text) + "]"};
  };
  const auto good = chain(leaf);
  return {
      {"Missing", {}},                                            // NV-X12
      {"Null", {{"x5c", "null"}}},                                // NV-X12
      {"Empty", {{"x5c", "[]"}}},                                 // NV-X12
      {"String", {{"x5c", json_text(leaf)}}},                     // NV-X12
      {"Case", {{"X5c", test::x5c(samples::signer().chain())}}},  // NV-J06
      {"ElementNumber", {{"x5c", "[1]"}}},
      {"ElementArray", {{"x5c", "[[" + json_text(leaf) + "]]"}}},
      {"Base64url", {chain(url)}},   // NV-X11
      {"Newline", {chain(broken)}},  // NV-X11
      {"NewlineBehind", {chain(leaf + "\n")}},
      {"WithoutPadding", {chain(unpadded)}},  // NV-X11
      {"Pem", {chain(pem)}},                  // NV-X11
      {"Garbage", {chain("Z2FyYmFnZQ==")}},
      {"ElementEmpty", {chain("")}},
      {"TimestampNumber", {good, {kTimestamp, "1"}}},                         // NV-J32
      {"TimestampNull", {good, {kTimestamp, "null"}}},                        // NV-J32
      {"TimestampArray", {good, {kTimestamp, R"(["dG9rZW4="])"}}},            // NV-J32
      {"TimestampNotBase64", {good, {kTimestamp, json_text("not base64")}}},  // NV-J32
      {"TimestampUnpadded", {good, {kTimestamp, json_text("dG9rZW4")}}},      // NV-J32
      {"TimestampEmpty", {good, {kTimestamp, json_text("")}}},
      {"AgentNumber", {good, {kAgent, "1"}}},
      {"AgentObject", {good, {kAgent, "{}"}}},
      {"AgentNumberInAnotherSpelling", {good, {"io.cncf.notary.SigningAgent", "1"}}},
      // Another reader takes these for the real ones.
      {"CaseBesideTheReal", {good, {"X5C", "[]"}}},
      {"TimestampCase", {good, {"io.cncf.notary.TIMESTAMPSIGNATURE", json_text("dG9rZW4=")}}},
  };
}

TEST(JwsUnprotected, RefusesEachRow) {
  EXPECT_TRUE(read({{"x5c", "[" + json_text(telling_leaf()) + "]"}}));
  for (const auto& row : refused()) {
    const auto header = read(row.members);
    ASSERT_FALSE(header) << row.name;
    EXPECT_EQ(header.error().reason, Reason::EnvelopeInvalid) << row.name;
  }
}

}  // namespace
}  // namespace countersign::notation

// SPDX-License-Identifier: Apache-2.0
#include "notation/cose_unprotected.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "samples.h"

namespace countersign::notation {
namespace {

using test::cbor_array;
using test::cbor_bytes;
using test::cbor_integer;
using test::cbor_map;
using test::cbor_text;
using test::CborEntry;
using test::CborItem;

constexpr auto kTimestamp = "io.cncf.notary.timestampSignature";
constexpr auto kAgent = "io.cncf.notary.signingAgent";

CborEntry chain_entry(const CborItem& value) { return {cbor_integer(33), value}; }

Result<UnprotectedHeader> read(const std::vector<CborEntry>& entries) {
  const auto map = cbor_map(entries);
  x509::CertificateMemory known(0);
  return read_unprotected_header(samples::parse_cbor(map), known);
}

ByteVector leaf_der() {
  const auto der = samples::signer().certificate().der();
  return {der.begin(), der.end()};
}

TEST(CoseUnprotected, ReadsChainTimestampAndAgent) {
  const auto header = read({chain_entry(test::x5chain(samples::signer().chain())),
                            {cbor_text(kTimestamp), cbor_bytes(as_bytes("token"))},
                            {cbor_text(kAgent), cbor_text("notation/1.3")},
                            {cbor_text("unknown"), cbor_integer(1)}});
  ASSERT_TRUE(header) << header.error().detail;
  EXPECT_EQ(header->chain, samples::signer().chain());
  EXPECT_EQ(as_text(header->timestamp), "token");
  EXPECT_EQ(header->signing_agent, "notation/1.3");
}

TEST(CoseUnprotected, IsFineWithTheChainAlone) {
  const auto header = read({chain_entry(cbor_array({cbor_bytes(leaf_der())}))});
  ASSERT_TRUE(header) << header.error().detail;
  EXPECT_EQ(header->chain.size(), 1U);
  EXPECT_TRUE(header->timestamp.empty());
  EXPECT_TRUE(header->signing_agent.empty());
}

TEST(CoseUnprotected, LetsNoAgentInfluenceTheResult) {
  const auto header = read(
      {chain_entry(cbor_array({cbor_bytes(leaf_der())})), {cbor_text(kAgent), cbor_integer(1)}});
  ASSERT_TRUE(header);
  EXPECT_TRUE(header->signing_agent.empty());
}

CborItem many_certificates(std::size_t count) {
  return cbor_array(std::vector<CborItem>(count, cbor_bytes(leaf_der())));
}

TEST(CoseUnprotected, LimitsTheChain) {  // NV-X10
  EXPECT_TRUE(read({chain_entry(many_certificates(limits::kChainCertificates))}));
  EXPECT_FALSE(read({chain_entry(many_certificates(limits::kChainCertificates + 1))}));
  EXPECT_FALSE(read({chain_entry(many_certificates(1'000))}));
}

struct Row {
  const char* name;
  std::vector<CborEntry> entries;
};

std::vector<Row> refused() {
  const auto leaf = cbor_bytes(leaf_der());
  const auto garbage = cbor_bytes(as_bytes("garbage"));
  auto cut = leaf_der();
  cut.pop_back();
  auto longer = leaf_der();
  longer.push_back(0);
  return {
      {"Missing", {}},                                                            // NV-X01
      {"Empty", {chain_entry(cbor_array({}))}},                                   // NV-X02
      {"SingleByteString", {chain_entry(leaf)}},                                  // NV-X03
      {"ElementInteger", {chain_entry(cbor_array({leaf, cbor_integer(1)}))}},     // NV-X04
      {"ElementArray", {chain_entry(cbor_array({cbor_array({leaf})}))}},          // NV-X04
      {"LeafGarbage", {chain_entry(cbor_array({garbage, leaf}))}},                // NV-X05
      {"LeafTruncated", {chain_entry(cbor_array({cbor_bytes(cut)}))}},            // NV-X05
      {"LeafWithTrailingByte", {chain_entry(cbor_array({cbor_bytes(longer)}))}},  // NV-X05
      {"RootGarbage", {chain_entry(cbor_array({leaf, garbage}))}},                // NV-X06
      {"TimestampText",
       {chain_entry(cbor_array({leaf})), {cbor_text(kTimestamp), cbor_text("token")}}},
      {"TimestampEmpty",
       {chain_entry(cbor_array({leaf})), {cbor_text(kTimestamp), cbor_bytes({})}}},
  };
}

TEST(CoseUnprotected, RefusesEachRow) {  // COS-06
  for (const auto& row : refused()) {
    const auto header = read(row.entries);
    ASSERT_FALSE(header) << row.name;
    EXPECT_EQ(header.error().reason, Reason::EnvelopeInvalid) << row.name;
  }
}

}  // namespace
}  // namespace countersign::notation

// SPDX-License-Identifier: Apache-2.0
#include "signing/cose_draft.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"
#include "countersign/codec/base64.h"
#include "countersign/codec/cbor.h"

#include "unit/signing/samples.h"

namespace countersign::signing {
namespace {

using codec::Cbor;

SignedPart part() {
  return {.algorithm = crypto::SignatureAlgorithm::EcdsaSha256,
          .signing_time = Time(std::chrono::seconds(1'795'432'749)),
          .expiry = Time(std::chrono::seconds(3'793'432'749)),
          .payload = "{}"};
}

// Written by the Notation CLI 1.3.2 (tests/data/notation/valid/cli-cose-expiry-2090), but for the
// times.
constexpr std::string_view kTheirs =
    "a601260282781c696f2e636e63662e6e6f746172792e7369676e696e67536368656d6575696f2e636e63662e6e6f74"
    "6172792e657870697279"
    "03782b6170706c69636174696f6e2f766e642e636e63662e6e6f746172792e7061796c6f61642e76312b6a736f6e"
    "75696f2e636e63662e6e6f746172792e657870697279c11ae21b30ad"
    "781a696f2e636e63662e6e6f746172792e7369676e696e6754696d65c11a6b04212d"
    "781c696f2e636e63662e6e6f746172792e7369676e696e67536368656d656b6e6f746172792e78353039";

TEST(CoseDraft, SignsTheHeaderThatTheNotationCliSigns) {
  const auto signed_bytes = CoseDraft(part()).to_be_signed();
  // RFC 9052, 4.4: four elements, the first "Signature1", the third empty.
  EXPECT_EQ(codec::encode_hex(signed_bytes),
            "846a5369676e61747572653158cf" + std::string(kTheirs) + "40427b7d");
}

TEST(CoseDraft, PutsTheRestBesideIt) {
  const auto& chain = samples::leaf().chain();
  const ByteVector signature{1, 2, 3};
  const CoseDraft draft(part());
  for (const auto& timestamp : {ByteVector{}, ByteVector{0x30, 0}}) {
    const auto envelope = draft.close(
        {.signature = signature, .chain = chain, .timestamp = timestamp, .agent = "me"});
    const auto read =
        Cbor::parse(envelope, {.bytes = limits::kEnvelopeBytes}, Reason::Internal).value();
    ASSERT_EQ(read.tag(), 18U);
    const auto elements = read.tagged()->elements();
    ASSERT_EQ(elements.size(), 4U);
    EXPECT_EQ(as_text(*elements[2].byte_string()), "{}");
    EXPECT_TRUE(std::ranges::equal(*elements[3].byte_string(), signature));
    const auto& header = elements[1];
    EXPECT_EQ(header.entries().size(), timestamp.empty() ? 2U : 3U);
    EXPECT_EQ(header.find(33)->elements().size(), chain.size());
    EXPECT_EQ(header.find("io.cncf.notary.signingAgent")->text(), "me");
    EXPECT_EQ(header.find("io.cncf.notary.timestampSignature") == nullptr, timestamp.empty());
  }
}

}  // namespace
}  // namespace countersign::signing

// SPDX-License-Identifier: Apache-2.0
#include "notation/cose.h"

#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "samples.h"

namespace countersign::notation {
namespace {

using test::cbor_array;
using test::cbor_bytes;
using test::cbor_integer;
using test::cbor_map;
using test::cbor_tag;
using test::cbor_text;
using test::CborItem;
using test::CoseWriter;
using test::join;

struct Malformation {
  const char* name;
  std::function<ByteVector()> write;
};

ByteVector with(const std::function<void(CoseWriter&)>& change) {
  CoseWriter writer = samples::writer();
  change(writer);
  return writer.write();
}

ByteVector with_elements(const std::function<void(std::vector<CborItem>&)>& change) {
  auto elements = samples::writer().elements();
  change(elements);
  return cbor_tag(18, cbor_array(elements));
}

ByteVector untagged() { return cbor_array(samples::writer().elements()); }

ByteVector elements_joined() {
  ByteVector out;
  for (const auto& element : samples::writer().elements()) {
    out.insert(out.end(), element.begin(), element.end());
  }
  return out;
}

CborItem integers(Bytes bytes) {
  std::vector<CborItem> elements;
  for (const auto byte : bytes) {
    elements.push_back(cbor_integer(byte));
  }
  return cbor_array(elements);
}

const ByteVector kBreak{0xFF};
const ByteVector kNull{0xF6};
const ByteVector kUndefined{0xF7};

const Malformation kMalformations[] = {
    {"Empty", [] { return ByteVector{}; }},                                        // NV-C01
    {"PrefixOnly", [] { return ByteVector{0xD2, 0x84}; }},                         // NV-C02
    {"Untagged", untagged},                                                        // NV-C03
    {"TagOfCoseSign", [] { return cbor_tag(98, untagged()); }},                    // NV-C04
    {"TagOfCoseMac0", [] { return cbor_tag(17, untagged()); }},                    // NV-C04
    {"TagOfCwt", [] { return cbor_tag(61, samples::writer().write()); }},          // NV-C04
    {"TagTwice", [] { return cbor_tag(18, samples::writer().write()); }},          // NV-C04 COS-05
    {"TagInLongForm", [] { return join({ByteVector{0xD8, 0x12}, untagged()}); }},  // NV-C05
    {"ArrayHeadInLongForm",                                                        // NV-C06
     [] { return join({ByteVector{0xD2, 0x98, 0x04}, elements_joined()}); }},
    {"ArrayOfIndefiniteLength",  // NV-C06
     [] { return join({ByteVector{0xD2, 0x9F}, elements_joined(), kBreak}); }},
    {"ThreeElements", [] { return with_elements([](auto& all) { all.pop_back(); }); }},  // NV-C07
    {"FiveElements",                                                                     // NV-C07
     [] { return with_elements([](auto& all) { all.push_back(cbor_bytes({})); }); }},
    {"MapInsteadOfArray", [] { return cbor_tag(18, cbor_map({})); }},
    {"ProtectedIsMap",  // NV-C08 COS-11
     [] { return with([](auto& w) { w.header_item = w.signed_header(); }); }},
    {"ProtectedHoldsArray",  // NV-C09 COS-11
     [] { return with([](auto& w) { w.header_content = cbor_array({}); }); }},
    {"ProtectedHoldsInteger",  // NV-C09 COS-11
     [] { return with([](auto& w) { w.header_content = cbor_integer(1); }); }},
    {"ProtectedHoldsText",  // NV-C09 COS-11
     [] { return with([](auto& w) { w.header_content = cbor_text("alg"); }); }},
    {"ProtectedIsEmpty",
     [] { return with([](auto& w) { w.header_content = ByteVector{}; }); }},  // COS-11
    {"ProtectedHasTrailingByte",                                              // NV-C10
     [] { return with([](auto& w) { w.header_content = join({w.signed_header(), kNull}); }); }},
    {"ProtectedIsArrayOfIntegers",  // NV-C21
     [] { return with([](auto& w) { w.header_item = integers(w.signed_header()); }); }},
    {"ProtectedLengthInLongForm",  // NV-C28
     [] {
       return with([](auto& w) {
         const auto content = w.signed_header();
         const auto size = static_cast<std::uint8_t>(content.size());
         w.header_item = join({ByteVector{0x5A, 0, 0, 0, size}, content});
       });
     }},
    {"ProtectedOfOneMebibyte",  // COS-11
     [] {
       return with(
           [](auto& w) { w.set_signed("x", cbor_bytes(ByteVector(limits::kEnvelopeBytes))); });
     }},
    {"UnprotectedIsArray", [] { return with([](auto& w) { w.unsigned_item = cbor_array({}); }); }},
    {"UnprotectedOfIndefiniteLength",  // NV-C17
     [] { return with([](auto& w) { w.unsigned_item = join({ByteVector{0xBF}, kBreak}); }); }},
    {"PayloadOfIndefiniteLength",  // NV-C17
     [] {
       return with([](auto& w) {
         w.payload_item = join({ByteVector{0x5F}, cbor_bytes(as_bytes("{}")), kBreak});
       });
     }},
    {"SignatureOfIndefiniteLength",  // NV-C17
     [] {
       return with([](auto& w) {
         w.signature_item = join({ByteVector{0x5F}, cbor_bytes(w.sign()), kBreak});
       });
     }},
    {"PayloadNull", [] { return with([](auto& w) { w.payload_item = kNull; }); }},  // NV-C18
    {"PayloadUndefined",                                                            // NV-C19
     [] { return with([](auto& w) { w.payload_item = kUndefined; }); }},
    {"PayloadEmpty",  // NV-C20 COS-09
     [] { return CoseWriter(samples::signer(), "").write(); }},
    {"PayloadIsText", [] { return with([](auto& w) { w.payload_item = cbor_text("{}"); }); }},
    {"PayloadIsArrayOfIntegers",  // NV-C21
     [] { return with([](auto& w) { w.payload_item = integers(as_bytes("{}")); }); }},
    {"PayloadTagged",  // NV-C22
     [] { return with([](auto& w) { w.payload_item = cbor_tag(24, w.elements()[2]); }); }},
    {"SignatureTagged",  // NV-C22
     [] { return with([](auto& w) { w.signature_item = cbor_tag(2, w.elements()[3]); }); }},
    {"SignatureEmpty",  // NV-C23
     [] { return with([](auto& w) { w.signature_item = cbor_bytes({}); }); }},
    {"SignatureNull", [] { return with([](auto& w) { w.signature_item = kNull; }); }},  // NV-C23
    {"SignatureIsArrayOfIntegers",                                                      // NV-C21
     [] { return with([](auto& w) { w.signature_item = integers(w.sign()); }); }},
    {"DeepUnprotected",  // NV-C25
     [] {
       return with([](auto& w) {
         CborItem nested(10'000, 0x81);
         nested.push_back(0x80);
         w.set_unsigned("deep", nested);
       });
     }},
    {"MapCountBomb",  // NV-C26
     [] { return with([](auto& w) { w.unsigned_item = test::cbor_head(5, 1ULL << 32U); }); }},
    {"ByteStringLengthBomb",  // NV-C26
     [] { return with([](auto& w) { w.payload_item = test::cbor_head(2, 1ULL << 40U); }); }},
    {"ArrayCountBomb",  // NV-C26
     [] { return with([](auto& w) { w.set_unsigned(33, test::cbor_head(4, 1ULL << 62U)); }); }},
    {"TrailingByte", [] { return join({samples::writer().write(), kNull}); }},  // NV-C27 COS-10
    {"SecondEnvelope",                                                          // COS-10
     [] { return join({samples::writer().write(), samples::writer().write()}); }},
    {"ReservedSimpleValue",  // NV-C33
     [] { return with([](auto& w) { w.set_unsigned("x", ByteVector{0xF8, 24}); }); }},
    {"ReservedAdditionalInformation",  // NV-C33
     [] { return with([](auto& w) { w.set_unsigned("x", ByteVector{0x1C}); }); }},
    {"StrayBreak",  // NV-C33
     [] { return with([](auto& w) { w.payload_item = kBreak; }); }},
    {"TextNotUtf8",  // NV-C24
     [] { return with([](auto& w) { w.set_unsigned("x", ByteVector{0x61, 0xFF}); }); }},
};

TEST(Cose, AcceptsWhatTheWriterWritesUntouched) {
  const ByteVector envelope = samples::writer().write();
  const auto message = CoseSign1::parse(envelope);
  ASSERT_TRUE(message) << message.error().detail;
  const auto content = message->verify(samples::signer().key().public_key());
  ASSERT_TRUE(content) << content.error().detail;
  EXPECT_EQ(as_text(content->payload()), test::payload_of(samples::image()));
  EXPECT_EQ(content->header().entries().size(), 5U);
}

TEST(Cose, RefusesEveryMalformation) {
  for (const auto& row : kMalformations) {
    const ByteVector envelope = row.write();
    const auto message = CoseSign1::parse(envelope);
    ASSERT_FALSE(message) << row.name;
    EXPECT_EQ(message.error().reason, Reason::EnvelopeInvalid) << row.name;
  }
}

TEST(Cose, RefusesEveryTruncation) {
  const ByteVector envelope = samples::writer().write();
  for (std::size_t size = 0; size < envelope.size(); ++size) {
    EXPECT_FALSE(CoseSign1::parse(Bytes(envelope).first(size))) << size;
  }
}

TEST(Cose, AcceptsAnEnvelopeAtTheLimitAndNoLarger) {  // NV-C29
  CoseWriter writer = samples::writer();
  writer.set_unsigned("padding", cbor_bytes(ByteVector(limits::kEnvelopeBytes / 2)));
  const std::size_t rest = limits::kEnvelopeBytes - writer.write().size();
  writer.set_unsigned("padding", cbor_bytes(ByteVector(limits::kEnvelopeBytes / 2 + rest)));
  const ByteVector largest = writer.write();
  ASSERT_EQ(largest.size(), limits::kEnvelopeBytes);
  EXPECT_TRUE(CoseSign1::parse(largest));

  writer.set_unsigned("padding", cbor_bytes(ByteVector(limits::kEnvelopeBytes / 2 + rest + 1)));
  EXPECT_FALSE(CoseSign1::parse(writer.write()));
}

}  // namespace
}  // namespace countersign::notation

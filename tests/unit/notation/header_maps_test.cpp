// SPDX-License-Identifier: Apache-2.0
#include "notation/header_maps.h"

#include <cmath>

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
using test::CborEntry;
using test::CborItem;

using Entries = std::vector<CborEntry>;

const CborItem kOne = cbor_integer(1);
const CborItem kBytes = cbor_bytes(as_bytes("x"));
const CborItem kCountersignature = cbor_array({kBytes, cbor_map({}), kBytes});

enum class Expected { Accepted, Refused };

struct Row {
  const char* name;
  Entries signed_map;
  Entries unsigned_map;
  Expected expected;
};

CborEntry entry(std::int64_t label, CborItem value = kOne) { return {cbor_integer(label), value}; }
CborEntry entry(const char* label, CborItem value = kOne) { return {cbor_text(label), value}; }

const Row kRows[] = {
    {"Empty", {}, {}, Expected::Accepted},
    {"UnknownLabels", {entry(100), entry("a")}, {entry(-70'000), entry("b")}, Expected::Accepted},
    {"TagInProtected", {entry("a", cbor_tag(1, kOne))}, {}, Expected::Accepted},
    {"NanInUnknown", {entry("a", test::cbor_double(NAN))}, {}, Expected::Accepted},  // NV-C34
    // Labels.
    {"ByteStringLabel", {{kBytes, kOne}}, {}, Expected::Refused},           // NV-C14
    {"FloatLabel", {}, {{test::cbor_double(1), kOne}}, Expected::Refused},  // NV-C14
    {"BooleanLabel", {}, {{CborItem{0xF5}, kOne}}, Expected::Refused},      // NV-C14
    {"NullLabel", {{CborItem{0xF6}, kOne}}, {}, Expected::Refused},         // NV-C14
    {"ArrayLabel", {}, {{cbor_array({}), kOne}}, Expected::Refused},        // NV-C14
    {"TaggedLabel", {{cbor_tag(1, kOne), kOne}}, {}, Expected::Refused},
    {"LabelOver63Bits",
     {{test::cbor_head(0, 1ULL << 63U), kOne}},
     {},
     Expected::Refused},  // NV-C15
    {"LabelBelow63Bits",
     {{test::cbor_head(1, 1ULL << 63U), kOne}},
     {},
     Expected::Refused},                                                    // NV-C15
    {"BignumLabel", {{cbor_tag(2, kBytes), kOne}}, {}, Expected::Refused},  // NV-C15
    {"ByteStringLabelInside",
     {entry("a", cbor_array({cbor_map({{kBytes, kOne}})}))},
     {},
     Expected::Refused},
    // Tags.
    {"TagInUnprotected", {}, {entry("a", cbor_tag(24, kBytes))}, Expected::Refused},  // NV-C16
    {"TagDeepInUnprotected",                                                          // NV-C16
     {},
     {entry(33, cbor_array({cbor_tag(24, kBytes)}))},
     Expected::Refused},
    // Which map.
    {"SameIntegerInBoth", {entry(100)}, {entry(100)}, Expected::Refused},  // COS-04
    {"SameTextInBoth", {entry("a")}, {entry("a")}, Expected::Refused},     // COS-04
    {"IntegerIsNotText", {entry(100)}, {entry("100")}, Expected::Accepted},
    {"AlgorithmUnprotected", {}, {entry(1)}, Expected::Refused},     // COS-01
    {"AlgorithmInBoth", {entry(1)}, {entry(1)}, Expected::Refused},  // COS-01
    {"CriticalUnprotected", {}, {entry(2)}, Expected::Refused},      // NV-C31 COS-02
    {"CriticalInBoth", {entry(2)}, {entry(2)}, Expected::Refused},   // NV-C31
    {"ContentTypeUnprotected", {}, {entry(3)}, Expected::Refused},
    {"SchemeUnprotected",
     {},
     {entry("io.cncf.notary.signingScheme")},
     Expected::Refused},  // NV-H34
    {"TimeUnprotected", {}, {entry("io.cncf.notary.signingTime")}, Expected::Refused},
    {"AuthenticTimeUnprotected",
     {},
     {entry("io.cncf.notary.authenticSigningTime")},
     Expected::Refused},
    {"ExpiryUnprotected", {}, {entry("io.cncf.notary.expiry")}, Expected::Refused},  // NV-H34
    {"PluginUnprotected", {}, {entry("io.cncf.notary.verificationPlugin")}, Expected::Refused},
    {"PluginVersionUnprotected",
     {},
     {entry("io.cncf.notary.verificationPluginMinVersion")},
     Expected::Refused},
    {"ChainProtected", {entry(33)}, {}, Expected::Refused},        // NV-X07
    {"ChainInBoth", {entry(33)}, {entry(33)}, Expected::Refused},  // NV-X07
    // Parameters about keys.
    {"KeyId", {entry(4, kBytes)}, {}, Expected::Accepted},
    {"KeyIdIsText", {}, {entry(4, cbor_text("k"))}, Expected::Refused},
    {"Iv", {}, {entry(5, kBytes)}, Expected::Accepted},
    {"IvIsInteger", {entry(5)}, {}, Expected::Refused},
    {"PartialIvIsInteger", {entry(6)}, {}, Expected::Refused},
    {"BothIvProtected", {entry(5, kBytes), entry(6, kBytes)}, {}, Expected::Refused},    // NV-C30
    {"BothIvUnprotected", {}, {entry(5, kBytes), entry(6, kBytes)}, Expected::Refused},  // NV-C30
    {"IvAndPartialIv", {entry(5, kBytes)}, {entry(6, kBytes)}, Expected::Refused},       // NV-C30
    {"PartialIvAndIv", {entry(6, kBytes)}, {entry(5, kBytes)}, Expected::Refused},       // NV-C30
    // Countersignatures.
    {"Countersignature", {}, {entry(7, kCountersignature)}, Expected::Accepted},
    {"Countersignatures",
     {},
     {entry(11, cbor_array({kCountersignature, kCountersignature}))},
     Expected::Accepted},
    {"CountersignatureInteger", {}, {entry(7)}, Expected::Refused},                  // NV-C32
    {"CountersignatureV2Text", {entry(11, cbor_text("x"))}, {}, Expected::Refused},  // NV-C32
    {"CountersignatureEmpty", {}, {entry(11, cbor_array({}))}, Expected::Refused},   // NV-C32
    {"CountersignatureOfTwo",                                                        // NV-C32
     {},
     {entry(7, cbor_array({kBytes, cbor_map({})}))},
     Expected::Refused},
    {"ShortCountersignature", {}, {entry(9, kBytes), entry(12, kBytes)}, Expected::Accepted},
    {"ShortCountersignatureInteger", {}, {entry(9)}, Expected::Refused},
    {"ShortCountersignatureV2Integer", {}, {entry(12)}, Expected::Refused},
};

Result<void> check(const Entries& signed_map, const Entries& unsigned_map) {
  const auto first = cbor_map(signed_map);
  const auto second = cbor_map(unsigned_map);
  return check_header_maps(samples::parse_cbor(first), samples::parse_cbor(second));
}

TEST(HeaderMaps, JudgesEachRow) {
  for (const auto& row : kRows) {
    const auto found = check(row.signed_map, row.unsigned_map);
    EXPECT_EQ(found.has_value(), row.expected == Expected::Accepted) << row.name;
    if (!found) {
      EXPECT_EQ(found.error().reason, Reason::EnvelopeInvalid) << row.name;
    }
  }
}

TEST(HeaderMaps, RefusesWhatIsNoMap) {
  const auto map = cbor_map({});
  const auto array = cbor_array({});
  EXPECT_FALSE(check_header_maps(samples::parse_cbor(array), samples::parse_cbor(map)));
  EXPECT_FALSE(check_header_maps(samples::parse_cbor(map), samples::parse_cbor(array)));
}

TEST(HeaderMaps, LimitsTheNumberOfParameters) {
  Entries entries;
  for (std::size_t i = 0; i < limits::kHeaderAttributes; ++i) {
    entries.push_back(entry(1'000 + static_cast<std::int64_t>(i)));
  }
  EXPECT_TRUE(check(entries, {}));
  EXPECT_TRUE(check({}, entries));
  entries.push_back(entry("one more"));
  EXPECT_FALSE(check(entries, {}));
  EXPECT_FALSE(check({}, entries));
}

// Equal labels in one map are refused by the CBOR reader, whatever their encoding.
TEST(HeaderMaps, NeverSeesAMapWithEqualLabels) {
  const CborItem non_minimal_one{0x18, 0x01};
  const Entries doubled[] = {
      {entry(1), entry(1)},                         // NV-C11
      {entry(4), entry(4)},                         // NV-C12
      {entry(33), entry(33)},                       // NV-C12
      {entry("io.cncf.notary.timestampSignature"),  // NV-C12
       entry("io.cncf.notary.timestampSignature")},
      {entry(1), {non_minimal_one, kOne}},  // NV-C13
  };
  for (const auto& entries : doubled) {
    const auto map = cbor_map(entries);
    EXPECT_FALSE(codec::Cbor::parse(map, {.bytes = map.size()}, Reason::EnvelopeInvalid));
  }
}

TEST(HeaderMaps, TellsIntegersFromTheirDigits) {
  EXPECT_TRUE(check({entry(1'000)}, {entry("1000")}));
  EXPECT_FALSE(check({entry(1'000)}, {entry(1'000)}));
  EXPECT_FALSE(check({entry("1000")}, {entry("1000")}));
}

}  // namespace
}  // namespace countersign::notation

// SPDX-License-Identifier: Apache-2.0
#include "x509/extension_reader.h"

#include <string_view>

#include <gtest/gtest.h>

#include "countersign/codec/base64.h"

namespace countersign::x509 {
namespace {

ByteVector hex(std::string_view text) { return codec::decode_hex(text, Reason::Internal).value(); }

TEST(ExtensionReader, TakesOneAfterTheOther) {
  const ByteVector list =
      hex("30090603551d1404020500"
          "300c0603551d1c0101ff04020500"
          "300a0603551d2e0101000400");
  DerReader reader(list);
  const auto plain = take_extension(reader);
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->type, "\x55\x1d\x14");
  EXPECT_EQ(plain->criticality, Criticality::NotCritical);
  EXPECT_EQ(codec::encode_hex(plain->value), "0500");
  const auto critical = take_extension(reader);
  ASSERT_TRUE(critical);
  EXPECT_EQ(critical->criticality, Criticality::Critical);
  const auto written_out = take_extension(reader);
  ASSERT_TRUE(written_out);
  EXPECT_EQ(written_out->criticality, Criticality::NotCritical);
  EXPECT_TRUE(written_out->value.empty());
  EXPECT_TRUE(reader.empty());
}

TEST(ExtensionReader, RefusesWhatIsNoExtension) {
  for (const std::string_view text : {
           "",                              // nothing left
           "0500",                          // not a SEQUENCE
           "3000",                          // empty
           "30050603551d14",                // no value
           "300404020500",                  // no type
           "300c0603551d1c01010104020500",  // BOOLEAN of another value
           "300b0603551d14040205000500",    // something behind
           "30090603551d1424020500",        // value of another type
       }) {
    const ByteVector list = hex(text);
    DerReader reader(list);
    EXPECT_FALSE(take_extension(reader)) << text;
  }
}

}  // namespace
}  // namespace countersign::x509

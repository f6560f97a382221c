// SPDX-License-Identifier: Apache-2.0
#include "countersign/codec/cbor_writer.h"

#include <string>

#include <gtest/gtest.h>

#include "countersign/codec/cbor.h"

#include "unit/codec/hex.h"

namespace countersign::codec {
namespace {

// RFC 8949, appendix A, and the edges of the heads.
TEST(CborWriter, WritesTheShortestForm) {
  const struct {
    CborItem item;
    std::string_view hex;
  } rows[] = {
      {cbor_integer(0), "00"},
      {cbor_integer(23), "17"},
      {cbor_integer(24), "18 18"},
      {cbor_integer(255), "18 ff"},
      {cbor_integer(256), "19 0100"},
      {cbor_integer(65'535), "19 ffff"},
      {cbor_integer(65'536), "1a 00010000"},
      {cbor_integer(4'294'967'295), "1a ffffffff"},
      {cbor_integer(4'294'967'296), "1b 0000000100000000"},
      {cbor_integer(INT64_MAX), "1b 7fffffffffffffff"},
      {cbor_integer(-1), "20"},
      {cbor_integer(-24), "37"},
      {cbor_integer(-25), "38 18"},
      {cbor_integer(-1000), "39 03e7"},
      {cbor_integer(INT64_MIN), "3b 7fffffffffffffff"},
      {cbor_bytes({}), "40"},
      {cbor_bytes(ByteVector{1, 2, 3, 4}), "44 01020304"},
      {cbor_text(""), "60"},
      {cbor_text("IETF"), "64 49455446"},
      {cbor_array({}), "80"},
      {cbor_array({cbor_integer(1), cbor_array({cbor_integer(2), cbor_integer(3)})}),
       "82 01 820203"},
      {cbor_map({}), "a0"},
      {cbor_tag(1, cbor_integer(1'363'896'240)), "c1 1a 514b67b0"},
      {cbor_tag(24, cbor_bytes(ByteVector{0x64})), "d8 18 41 64"},
  };
  for (const auto& [item, hex] : rows) {
    EXPECT_EQ(item, bytes_of(hex)) << hex;
    EXPECT_TRUE(Cbor::parse(item, {.bytes = item.size()}, Reason::Internal)) << hex;
  }
}

// RFC 8949, 4.2.1: "10, 100, -1, "z", "aa", [100], [-1], false".
TEST(CborWriter, OrdersEntriesByTheBytesOfTheirLabels) {
  const auto nothing = cbor_integer(0);
  EXPECT_EQ(cbor_map({{cbor_text("aa"), nothing},
                      {cbor_integer(-1), nothing},
                      {cbor_array({cbor_integer(100)}), nothing},
                      {cbor_text("z"), nothing},
                      {cbor_integer(100), nothing},
                      {cbor_integer(10), nothing}}),
            bytes_of("a6 0a00 186400 2000 617a00 62616100 81186400"));
}

TEST(CborWriter, WritesLongStrings) {
  const std::string text(70'000, 'x');
  const auto item = cbor_text(text);
  EXPECT_EQ(item.size(), text.size() + 5);
  EXPECT_EQ(Cbor::parse(item, {.bytes = item.size()}, Reason::Internal)->text(), text);
}

}  // namespace
}  // namespace countersign::codec

// SPDX-License-Identifier: Apache-2.0
#include "countersign/codec/cbor.h"

#include <array>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "unit/codec/hex.h"

namespace countersign::codec {
namespace {

using Kind = Cbor::Kind;

class Item {  // a parsed item together with the bytes that it borrows
 public:
  explicit Item(std::string_view hex)
      : bytes_(bytes_of(hex)),
        cbor_(Cbor::parse(bytes_, {.bytes = limits::kMiB}, Reason::EnvelopeInvalid).value()) {}
  const Cbor* operator->() const { return &cbor_; }

 private:
  ByteVector bytes_;
  Cbor cbor_;
};

struct Integer {
  std::string_view hex;
  Kind kind;
  std::optional<std::int64_t> value;
};

// RFC 8949 appendix A
TEST(Cbor, ReadsIntegers) {
  constexpr std::array kRows{
      Integer{"00", Kind::Unsigned, 0},
      Integer{"01", Kind::Unsigned, 1},
      Integer{"17", Kind::Unsigned, 23},
      Integer{"18 18", Kind::Unsigned, 24},
      Integer{"18 64", Kind::Unsigned, 100},
      Integer{"19 03e8", Kind::Unsigned, 1000},
      Integer{"1a 000f4240", Kind::Unsigned, 1000000},
      Integer{"1b 000000e8d4a51000", Kind::Unsigned, 1000000000000},
      Integer{"1b 7fffffffffffffff", Kind::Unsigned, INT64_MAX},
      Integer{"1b 8000000000000000", Kind::Unsigned, std::nullopt},
      Integer{"1b ffffffffffffffff", Kind::Unsigned, std::nullopt},
      Integer{"20", Kind::Negative, -1},
      Integer{"38 63", Kind::Negative, -100},
      Integer{"39 03e7", Kind::Negative, -1000},
      Integer{"3b 7fffffffffffffff", Kind::Negative, INT64_MIN},
      Integer{"3b 8000000000000000", Kind::Negative, std::nullopt},
      Integer{"3b ffffffffffffffff", Kind::Negative, std::nullopt},
      Integer{"f9 3c00", Kind::Float, std::nullopt},
      Integer{"c1 01", Kind::Tag, std::nullopt},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.hex);
    const Item item(row.hex);
    EXPECT_EQ(item->kind(), row.kind);
    EXPECT_EQ(item->integer(), row.value);
  }
}

struct Real {
  std::string_view hex;
  double value;
};

// RFC 8949 appendix A
TEST(Cbor, ReadsFloats) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  constexpr std::array kRows{
      Real{"f9 0000", 0.0},
      Real{"f9 3c00", 1.0},
      Real{"fb 3ff199999999999a", 1.1},
      Real{"f9 3e00", 1.5},
      Real{"f9 7bff", 65504.0},
      Real{"fa 47c35000", 100000.0},
      Real{"fa 7f7fffff", 3.4028234663852886e+38},
      Real{"fb 7e37e43c8800759c", 1.0e+300},
      Real{"f9 0001", 5.960464477539063e-8},
      Real{"f9 0400", 0.00006103515625},
      Real{"f9 c400", -4.0},
      Real{"fb c010666666666666", -4.1},
      Real{"f9 7c00", kInfinity},
      Real{"f9 fc00", -kInfinity},
      Real{"fa 7f800000", kInfinity},
      Real{"fb fff0000000000000", -kInfinity},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.hex);
    const Item item(row.hex);
    EXPECT_EQ(item->kind(), Kind::Float);
    EXPECT_EQ(item->real(), row.value);
  }
}

TEST(Cbor, ReadsNotANumberOfEveryWidth) {
  for (const auto* hex : {"f9 7e00", "fa 7fc00000", "fb 7ff8000000000000", "f9 fe00"}) {
    SCOPED_TRACE(hex);
    const Item item(hex);
    ASSERT_TRUE(item->real().has_value());
    EXPECT_TRUE(std::isnan(*item->real()));
  }
  EXPECT_TRUE(std::signbit(*Item("f9 8000")->real()));
}

TEST(Cbor, ReadsSimpleValues) {
  EXPECT_EQ(Item("f4")->kind(), Kind::False);
  EXPECT_EQ(Item("f5")->kind(), Kind::True);
  EXPECT_EQ(Item("f6")->kind(), Kind::Null);
  EXPECT_EQ(Item("f7")->kind(), Kind::Undefined);
}

TEST(Cbor, ReadsStringsAsViewsIntoTheInput) {
  const auto bytes = bytes_of("82 43 010203 63 e282ac");
  const auto array = Cbor::parse(bytes, {.bytes = 100}, Reason::EnvelopeInvalid);
  ASSERT_TRUE(array.has_value());
  const auto& octets = array->elements()[0];
  const auto& text = array->elements()[1];
  ASSERT_TRUE(octets.byte_string().has_value());
  EXPECT_EQ(octets.byte_string()->data(), bytes.data() + 2);
  EXPECT_EQ(octets.byte_string()->size(), 3U);
  EXPECT_EQ(octets.text(), std::nullopt);
  EXPECT_EQ(text.text(), "\u20AC");
  EXPECT_FALSE(text.byte_string().has_value());
  EXPECT_TRUE(Item("40")->byte_string()->empty());
  EXPECT_EQ(Item("60")->text(), "");
}

TEST(Cbor, KeepsEveryItemAsItStoodInTheInput) {
  const Item item("d2 84 43 a10126 a1 1821 81 41 30 f6 40");
  EXPECT_EQ(encode_hex(item->encoded()), "d28443a10126a11821814130f640");
  const auto parts = item->tagged()->elements();
  ASSERT_EQ(parts.size(), 4U);
  EXPECT_EQ(encode_hex(parts[0].encoded()), "43a10126");
  EXPECT_EQ(encode_hex(parts[1].encoded()), "a11821814130");
  EXPECT_EQ(encode_hex(parts[1].entries()[0].second.encoded()), "814130");
  EXPECT_EQ(encode_hex(parts[2].encoded()), "f6");
}

TEST(Cbor, ReadsTags) {
  const Item item("c1 1a 514b67b0");
  EXPECT_EQ(item->kind(), Kind::Tag);
  EXPECT_EQ(item->tag(), 1U);
  ASSERT_NE(item->tagged(), nullptr);
  EXPECT_EQ(item->tagged()->integer(), 1363896240);
  EXPECT_TRUE(item->elements().empty());  // its content is no element of an array
  EXPECT_EQ(Item("db ffffffffffffffff 00")->tag(), UINT64_MAX);
  EXPECT_EQ(Item("81 00")->tag(), std::nullopt);
  EXPECT_EQ(Item("81 00")->tagged(), nullptr);
}

TEST(Cbor, KeepsEntriesInTheOrderOfTheInput) {
  const Item item("a3 61 62 01 20 02 01 03");
  ASSERT_EQ(item->entries().size(), 3U);
  EXPECT_EQ(item->entries()[0].first.text(), "b");
  EXPECT_EQ(item->entries()[1].first.integer(), -1);
  EXPECT_EQ(item->entries()[2].first.integer(), 1);
  EXPECT_TRUE(Item("80")->entries().empty());
}

TEST(Cbor, FindsLabelsByTypeAndValue) {
  // {1: "int", "1": "text", h'31': "bytes", 1.0: "float", -1: "negative"}
  const Item item(
      "a5 01 63 696e74 61 31 64 74657874 41 31 65 6279746573 f9 3c00 65 666c6f6174 "
      "20 68 6e65676174697665");
  ASSERT_NE(item->find(1), nullptr);
  EXPECT_EQ(item->find(1)->text(), "int");
  ASSERT_NE(item->find("1"), nullptr);
  EXPECT_EQ(item->find("1")->text(), "text");
  ASSERT_NE(item->find(-1), nullptr);
  EXPECT_EQ(item->find(-1)->text(), "negative");
  EXPECT_EQ(item->find(2), nullptr);
  EXPECT_EQ(item->find(""), nullptr);
  EXPECT_EQ(Item("82 01 02")->find(1), nullptr);
}

// An empty optional is what a key of another type gives: it must not match an absent label.
TEST(Cbor, FindsNoLabelInKeysOfOtherTypes) {
  const Item item("a2 f6 01 1b ffffffffffffffff 02");
  EXPECT_EQ(item->find(0), nullptr);
  EXPECT_EQ(item->find(-1), nullptr);
  EXPECT_EQ(item->find(""), nullptr);
}

struct Head {
  std::size_t length;
  std::string_view hex;
};

TEST(Cbor, WritesMinimalByteStringHeads) {
  constexpr std::array kRows{
      Head{0, "40"},
      Head{23, "57"},
      Head{24, "5818"},
      Head{255, "58ff"},
      Head{256, "590100"},
      Head{65535, "59ffff"},
      Head{65536, "5a00010000"},
      Head{0xFFFFFFFF, "5affffffff"},
      Head{0x100000000, "5b0000000100000000"},
  };
  for (const auto& row : kRows) {
    ByteVector out{0xAA};
    append_byte_string_head(out, row.length);
    EXPECT_EQ(encode_hex(out), "aa" + std::string(row.hex));
  }
}

}  // namespace
}  // namespace countersign::codec

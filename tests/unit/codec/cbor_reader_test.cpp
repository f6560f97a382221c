// SPDX-License-Identifier: Apache-2.0
#include <array>

#include <gtest/gtest.h>

#include "countersign/codec/cbor.h"

#include "unit/codec/hex.h"

namespace countersign::codec {
namespace {

constexpr CborLimits kRoomy{.bytes = limits::kMiB};

bool accepts(Bytes bytes, const CborLimits& limits = kRoomy) {
  const auto result = Cbor::parse(bytes, limits, Reason::EnvelopeInvalid);
  if (!result) {
    EXPECT_EQ(result.error().reason, Reason::EnvelopeInvalid);
  }
  return result.has_value();
}

bool accepts(std::string_view hex, const CborLimits& limits = kRoomy) {
  return accepts(bytes_of(hex), limits);
}

struct Row {
  std::string_view name, hex;
};

template <std::size_t Size>
void expect_refused(const std::array<Row, Size>& rows) {
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_FALSE(accepts(row.hex));
  }
}

// CBR-07, COS-10, NV-C06, NV-C17
TEST(CborReader, RefusesIndefiniteLengths) {
  expect_refused(std::array{
      Row{"byte string", "5f 41 00 ff"},
      Row{"empty byte string", "5f ff"},
      Row{"text", "7f 61 61 ff"},
      Row{"array", "9f 01 ff"},
      Row{"empty array", "9f ff"},
      Row{"map", "bf 01 02 ff"},
      Row{"inside an array", "81 9f ff"},
      Row{"as a map value", "a1 01 5f ff"},
      Row{"as a map key", "a1 5f ff 01"},
      Row{"inside a tag", "c1 9f ff"},
      Row{"text chunks in a byte string", "5f 61 00 ff"},
      Row{"byte chunks in a text", "7f 41 00 ff"},
      Row{"an integer as a chunk", "5f 00 ff"},
      Row{"nested chunks", "5f 5f 41 00 ff ff"},
      Row{"an indefinite unsigned integer", "1f"},
      Row{"an indefinite negative integer", "3f"},
      Row{"an indefinite tag", "df 00"},
  });
}

// NV-C33
TEST(CborReader, RefusesReservedHeadsAndMeaninglessSimpleValues) {
  expect_refused(std::array{
      Row{"break alone", "ff"},
      Row{"break in an array", "81 ff"},
      Row{"break as a map value", "a1 00 ff"},
      Row{"reserved 28, unsigned", "1c"},
      Row{"reserved 29, unsigned", "1d"},
      Row{"reserved 30, unsigned", "1e"},
      Row{"reserved 28, negative", "3c"},
      Row{"reserved 28, byte string", "5c"},
      Row{"reserved 29, text", "7d"},
      Row{"reserved 30, array", "9e"},
      Row{"reserved 28, map", "bc"},
      Row{"reserved 29, tag", "dd"},
      Row{"reserved 30, simple", "fe"},
      Row{"simple 0", "e0"},
      Row{"simple 16", "f0"},
      Row{"simple 19", "f3"},
      Row{"simple 255 in two bytes", "f8 ff"},
      Row{"simple 32 in two bytes", "f8 20"},
      Row{"false in two bytes", "f8 14"},
      Row{"simple 24 in two bytes", "f8 18"},
      Row{"simple value cut off", "f8"},
  });
}

// NV-C05, NV-C06, NV-C28: the shortest head is the only one.
TEST(CborReader, RefusesHeadsThatAreNotMinimal) {
  expect_refused(std::array{
      Row{"0 in two bytes", "18 00"},
      Row{"23 in two bytes", "18 17"},
      Row{"255 in three bytes", "19 00ff"},
      Row{"65535 in five bytes", "1a 0000ffff"},
      Row{"2^32 - 1 in nine bytes", "1b 00000000ffffffff"},
      Row{"-1 in two bytes", "38 00"},
      Row{"-256 in three bytes", "39 00ff"},
      Row{"byte string of 1", "58 01 00"},
      Row{"text of 1", "79 0001 61"},
      Row{"array of 4", "98 04 00 00 00 00"},
      Row{"map of 1", "b8 01 00 00"},
      Row{"tag 18", "d8 12 80"},
      Row{"tag 1 in nine bytes", "db 0000000000000001 00"},
  });
  for (const auto* hex : {"18 18", "19 0100", "1a 00010000", "1b 0000000100000000", "d8 18 00"}) {
    EXPECT_TRUE(accepts(hex)) << hex;
  }
}

// CBR-06, NV-C01, NV-C02
TEST(CborReader, RefusesInputThatIsCutOff) {
  expect_refused(std::array{
      Row{"nothing", ""},
      Row{"one-byte argument", "18"},
      Row{"two-byte argument", "19 01"},
      Row{"four-byte argument", "1a 010203"},
      Row{"eight-byte argument", "1b 01020304050607"},
      Row{"half float", "f9 00"},
      Row{"single float", "fa 000000"},
      Row{"double float", "fb 00000000000000"},
      Row{"byte string", "42 00"},
      Row{"text", "61"},
      Row{"array", "82 00"},
      Row{"map without values", "a1 00"},
      Row{"map of two with one entry", "a2 00 00"},
      Row{"tag without an item", "c0"},
      Row{"tags without an item", "c0 c0 c0"},
      Row{"prefix of an envelope", "d2 84"},
  });
  const auto whole = bytes_of("d2 84 47 a2 01 26 03 62 6161 a1 18 21 81 43 30 00 01 f6 42 0102");
  ASSERT_TRUE(accepts(whole));
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_FALSE(accepts(Bytes(whole).first(length))) << length;
  }
}

// COS-10, NV-C27
TEST(CborReader, RefusesTrailingBytes) {
  expect_refused(std::array{
      Row{"a second item", "00 00"},
      Row{"after an array", "80 00"},
      Row{"after a tag", "c1 00 f6"},
      Row{"a break", "80 ff"},
  });
}

// CBR-01, CBR-03, NV-C26: refused from the head alone; the sanitizer build would see the
// allocation, which no machine could serve.
TEST(CborReader, HoldsAnnouncedSizesAgainstTheBytesThatAreLeft) {
  expect_refused(std::array{
      Row{"array of 2^62", "9b 4000000000000000"},
      Row{"array of 2^64 - 1", "9b ffffffffffffffff"},
      Row{"array of 2^32", "9b 0000000100000000"},
      Row{"map of 2^32", "bb 0000000100000000"},
      Row{"map of 2^63, which doubles to zero", "bb 8000000000000000"},
      Row{"map of 2^62", "bb 4000000000000000 00 00"},
      Row{"byte string of 2^40", "5b 0000010000000000"},
      Row{"byte string of 2^64 - 1", "5b ffffffffffffffff 00"},
      Row{"text of 2^62", "7b 4000000000000000"},
      Row{"array of one more than there is", "83 00 00"},
      Row{"map of one half more than there is", "a2 00 00 01"},
      Row{"inside an array", "82 00 9b 4000000000000000"},
  });
}

// CBR-08, NV-C11, NV-C13
TEST(CborReader, RefusesDuplicateKeysByValue) {
  expect_refused(std::array{
      Row{"integers", "a2 01 00 01 00"},
      Row{"not adjacent", "a3 01 00 02 00 01 00"},
      Row{"integers, one not minimal", "a2 01 00 18 01 00"},
      Row{"negative integers", "a2 20 00 20 00"},
      Row{"texts", "a2 61 61 00 61 61 01"},
      Row{"byte strings", "a2 41 61 00 41 61 01"},
      Row{"nulls", "a2 f6 00 f6 00"},
      Row{"half and single float", "a2 f9 3c00 00 fa 3f800000 00"},
      Row{"single and double float", "a2 fa 3f800000 00 fb 3ff0000000000000 00"},
      Row{"not a number twice", "a2 f9 7e00 00 fb 7ff8000000000000 00"},
      Row{"arrays", "a2 82 01 02 00 82 01 02 00"},
      Row{"maps in another order", "a2 a2 01 02 03 04 00 a2 03 04 01 02 00"},
      Row{"arrays of maps in another order", "a2 81 a2 01 02 03 04 00 81 a2 03 04 01 02 00"},
      Row{"tags", "a2 c1 01 00 c1 01 00"},
      Row{"in an array", "81 a2 01 00 01 00"},
      Row{"in a value", "a1 01 a2 01 00 01 00"},
      Row{"in a key", "a1 a2 01 00 01 00 00"},
      Row{"in a tag", "d2 a2 01 00 01 00"},
  });
}

TEST(CborReader, TellsKeysOfDifferentTypesAndValuesApart) {
  constexpr std::array kRows{
      Row{"integer, text, bytes, float", "a4 01 00 61 31 00 41 31 00 f9 3c00 00"},
      Row{"unsigned and negative", "a2 00 00 20 00"},
      Row{"integer and tagged integer", "a2 01 00 c1 01 00"},
      Row{"tags with other numbers", "a2 c1 01 00 c2 01 00"},
      Row{"false, true, null, undefined", "a4 f4 00 f5 00 f6 00 f7 00"},
      Row{"zeros of both signs", "a2 f9 0000 00 f9 8000 00"},
      Row{"prefixes", "a3 60 00 61 61 00 62 6161 00"},
      Row{"an array and its element", "a2 01 00 81 01 00"},
      Row{"arrays nested otherwise", "a2 82 81 01 02 00 82 01 81 02 00"},
      Row{"key and value exchanged", "a2 a1 01 02 00 a1 02 01 00"},
      Row{"the same key in two maps", "82 a1 01 00 a1 01 00"},
      Row{"the same key below", "a1 01 a1 01 00"},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.name);
    EXPECT_TRUE(accepts(row.hex));
  }
}

ByteVector map_of(std::size_t entries, std::size_t last_key) {
  ByteVector bytes{0xB9, static_cast<std::uint8_t>(entries >> 8U),
                   static_cast<std::uint8_t>(entries & 0xFFU)};
  const auto append = [&bytes](std::size_t key) {
    bytes.insert(bytes.end(), {0x1A, 0x7F, 0, static_cast<std::uint8_t>(key >> 8U),
                               static_cast<std::uint8_t>(key & 0xFFU), 0xF6});
  };
  for (std::size_t key = 0; key + 1 < entries; ++key) {
    append(key);
  }
  append(last_key);
  return bytes;
}

TEST(CborReader, FindsDuplicatesInLargeMaps) {
  constexpr std::size_t kEntries = 4'000;
  EXPECT_TRUE(accepts(map_of(kEntries, kEntries)));
  EXPECT_FALSE(accepts(map_of(kEntries, 0)));
  EXPECT_FALSE(accepts(map_of(kEntries, kEntries - 2)));
}

// CBR-09, NV-C24
TEST(CborReader, RefusesTextThatIsNotUtf8) {
  expect_refused(std::array{
      Row{"stray continuation byte", "61 80"},
      Row{"lead byte alone", "61 c3"},
      Row{"overlong", "62 c0af"},
      Row{"overlong of three bytes", "63 e080af"},
      Row{"surrogate", "63 eda080"},
      Row{"above U+10FFFF", "64 f4908080"},
      Row{"character cut by the length", "62 e282"},
      Row{"as a key", "a1 61 ff 00"},
      Row{"as a value", "a1 00 61 ff"},
  });
  EXPECT_TRUE(accepts("64 f09f9880"));
}

ByteVector nested(std::uint8_t head, std::size_t depth) {
  ByteVector bytes(depth, head);
  bytes.push_back(0x00);
  return bytes;
}

// CBR-02, NV-C25: arrays, maps and tags count alike.
TEST(CborReader, HoldsTheDepthLimit) {
  for (const auto head : {std::uint8_t{0x81}, std::uint8_t{0xC1}}) {
    EXPECT_TRUE(accepts(nested(head, limits::kCborDepth)));
    EXPECT_FALSE(accepts(nested(head, limits::kCborDepth + 1)));
    EXPECT_FALSE(accepts(nested(head, 10'000)));
  }
  constexpr CborLimits kTwo{.bytes = 100, .depth = 2};
  EXPECT_TRUE(accepts("a1 00 a1 00 00", kTwo));
  EXPECT_TRUE(accepts("a1 a1 00 00 00", kTwo));
  EXPECT_FALSE(accepts("a1 00 a1 00 80", kTwo));
  EXPECT_FALSE(accepts("a1 a1 80 00 00", kTwo));
  EXPECT_FALSE(accepts("c1 81 a0", kTwo));
  ByteVector maps;
  for (int level = 0; level < 10'000; ++level) {
    maps.insert(maps.end(), {0xA1, 0x00});
  }
  maps.push_back(0x00);
  EXPECT_FALSE(accepts(maps));
}

TEST(CborReader, HoldsTheItemLimit) {
  constexpr CborLimits kFour{.bytes = 100, .items = 4};
  EXPECT_TRUE(accepts("83 00 00 00", kFour));
  EXPECT_FALSE(accepts("84 00 00 00 00", kFour));
  EXPECT_TRUE(accepts("a1 00 81 00", kFour));
  EXPECT_FALSE(accepts("a2 00 00 01 00", kFour));
  EXPECT_FALSE(accepts("c1 c1 c1 c1 00", kFour));
}

TEST(CborReader, HoldsTheByteLimit) {
  EXPECT_TRUE(accepts("42 0102", {.bytes = 3}));
  EXPECT_FALSE(accepts("42 0102", {.bytes = 2}));
  EXPECT_FALSE(accepts("00", {}));  // limits that nobody set allow nothing
}

TEST(CborReader, TellsWhereItStopped) {
  const auto bytes = bytes_of("82 00 1c");
  const auto result = Cbor::parse(bytes, kRoomy, Reason::EnvelopeInvalid);
  ASSERT_FALSE(result.has_value());
  EXPECT_NE(result.error().detail.find("byte 2"), std::string::npos) << result.error().detail;
}

}  // namespace
}  // namespace countersign::codec

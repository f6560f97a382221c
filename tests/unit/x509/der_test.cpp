// SPDX-License-Identifier: Apache-2.0
#include "x509/der.h"

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "countersign/codec/base64.h"
#include "countersign/codec/rfc3339.h"

namespace countersign::x509 {
namespace {

struct Row {
  std::string_view name;
  std::string_view hex;
};

ByteVector bytes(std::string_view hex) { return codec::decode_hex(hex, Reason::Internal).value(); }

constexpr Row kGood[] = {
    {"null", "0500"},
    {"false", "010100"},
    {"true", "0101ff"},
    {"integer zero", "020100"},
    {"integer 128", "02020080"},
    {"integer -128", "020180"},
    {"empty sequence", "3000"},
    {"sequence of two", "300502010105 00"},
    {"set", "3103020101"},
    {"bit string of 9 bits", "030307ff80"},
    {"empty bit string", "030100"},
    {"object identifier", "0603550406"},
    {"BMP string", "1e020061"},
    {"Universal string", "1c0400000061"},
    {"context, constructed", "a003020102"},
    {"context, primitive", "8601ff"},
};

TEST(Der, TakesDer) {
  for (const Row& row : kGood) {
    std::string hex(row.hex);
    std::erase(hex, ' ');
    EXPECT_TRUE(is_der(bytes(hex))) << row.name;
  }
  ByteVector long_form = bytes("048180");
  long_form.resize(long_form.size() + 0x80);
  EXPECT_TRUE(is_der(long_form));
}

constexpr Row kBad[] = {
    {"nothing", ""},
    {"tag alone", "05"},
    {"trailing byte", "050000"},
    {"cut short", "0202ff"},
    {"end of contents", "0000"},
    {"indefinite length", "30800000"},
    {"length in long form", "02810101"},
    {"length with leading zero", "0282000101"},
    {"length of five bytes", "30850000000000"},
    {"length bytes missing", "3082"},
    {"length beyond the end", "3084ffffffff"},
    {"high tag number", "1f810100"},
    {"true as 01", "010101"},
    {"boolean of two bytes", "01020000"},
    {"empty boolean", "0100"},
    {"empty integer", "0200"},
    {"integer with zero in front", "02020001"},
    {"integer with ff in front", "0202ff80"},
    {"enumerated with zero in front", "0a020001"},
    {"null with content", "050100"},
    {"bit string without count", "0300"},
    {"bit string with 8 unused bits", "030208ff"},
    {"bit string with unused bits of nothing", "030101"},
    {"bit string with bits set behind its end", "030207ff"},
    {"empty object identifier", "0600"},
    {"object identifier cut short", "06025584"},
    {"object identifier with zero in front", "0603558006"},
    {"half a BMP character", "1e03006100"},
    {"half a Universal character", "1c020061"},
    {"octet string in pieces", "2403040101"},
    {"primitive sequence", "1000"},
    {"primitive set", "1100"},
    {"bad element inside", "3003010101"},
    {"bad element deep inside", "300730053003010101"},
    {"bad element in context tag", "a003010101"},
};

TEST(Der, RefusesWhatIsNotDer) {
  for (const Row& row : kBad) {
    EXPECT_FALSE(is_der(bytes(row.hex))) << row.name;
  }
}

TEST(Der, RefusesDeepNesting) {
  const auto nested = [](int depth) {
    ByteVector der{0x05, 0x00};
    for (int i = 1; i < depth; ++i) {
      der.insert(der.begin(), {0x30, static_cast<std::uint8_t>(der.size())});
    }
    return der;
  };
  EXPECT_TRUE(is_der(nested(32)));
  EXPECT_FALSE(is_der(nested(33)));
}

std::optional<Time> read(std::uint8_t tag, std::string_view text) {
  return read_time(Der{tag, as_bytes(text), {}});
}

struct TimeRow {
  std::uint8_t tag;
  std::string_view text;
  std::string_view time;
};

constexpr TimeRow kTimes[] = {
    // NV-K35
    {der::kUtcTime, "500101000000Z", "1950-01-01T00:00:00Z"},
    {der::kUtcTime, "491231235959Z", "2049-12-31T23:59:59Z"},
    {der::kUtcTime, "700101000000Z", "1970-01-01T00:00:00Z"},
    {der::kUtcTime, "000229120000Z", "2000-02-29T12:00:00Z"},
    {der::kGeneralizedTime, "20500101000000Z", "2050-01-01T00:00:00Z"},
    {der::kGeneralizedTime, "20491231235959Z", "2049-12-31T23:59:59Z"},
    {der::kGeneralizedTime, "99991231235959Z", "9999-12-31T23:59:59Z"},
    {der::kGeneralizedTime, "18500101000000Z", "1850-01-01T00:00:00Z"},
};

TEST(Der, ReadsTimes) {
  for (const TimeRow& row : kTimes) {
    const auto time = read(row.tag, row.text);
    ASSERT_TRUE(time) << row.text;
    EXPECT_EQ(codec::format_rfc3339(*time), row.time);
  }
}

TEST(Der, RefusesMalformedTimes) {  // NV-K35
  for (const std::string_view text : {"",
                                      "Z",
                                      "2401010000Z",
                                      "240101000000",
                                      "240101000000z",
                                      "240101000000+",
                                      "240101000060Z",
                                      "240101006000Z",
                                      "240101240000Z",
                                      "240001000000Z",
                                      "241301000000Z",
                                      "240100000000Z",
                                      "240132000000Z",
                                      "230229000000Z",
                                      "24010100000 Z",
                                      "24010100000:Z",
                                      "-40101000000Z",
                                      "240101000000+0100",
                                      "240101000000Z0",
                                      "20240101000000Z"}) {
    EXPECT_FALSE(read(der::kUtcTime, text)) << text;
  }
  for (const std::string_view text :
       {"", "202401010000Z", "20240101000000", "20240101000000.5Z", "20240101000000+0000",
        "20230229000000Z", "240101000000Z", "2024010100000\xffZ"}) {
    EXPECT_FALSE(read(der::kGeneralizedTime, text)) << text;
  }
  EXPECT_FALSE(read(0x0c, "240101000000Z"));
}

struct DottedRow {
  std::string_view hex;  // content
  std::string_view text;
};

constexpr DottedRow kDotted[] = {
    {"550406", "2.5.4.6"},
    {"0992268993f22c640119", "0.9.2342.19200300.100.1.25"},
    {"2a864886f70d01010b", "1.2.840.113549.1.1.11"},
    {"00", "0.0"},
    {"27", "0.39"},
    {"28", "1.0"},
    {"4f", "1.39"},
    {"50", "2.0"},
    {"8837", "2.999"},
    {"2a81ffffffffffffffff7f", "1.2.18446744073709551615"},
};

TEST(Der, WritesObjectIdentifiersWithDots) {
  for (const DottedRow& row : kDotted) {
    EXPECT_EQ(dotted(bytes(row.hex)), row.text) << row.hex;
  }
}

TEST(Der, RefusesObjectIdentifiersThatItCannotWrite) {
  EXPECT_EQ(dotted({}), std::nullopt);
  EXPECT_EQ(dotted(bytes("5584")), std::nullopt) << "cut short";
  EXPECT_EQ(dotted(bytes("2a82808080808080808000")), std::nullopt) << "component of 65 bits";
  EXPECT_EQ(dotted(bytes("2affffffffffffffffffff7f")), std::nullopt) << "component of 77 bits";
}

TEST(Der, RefusesAnObjectIdentifierWithoutEnd) {  // CVE-2023-2650
  ByteVector content = bytes("2a");
  while (content.size() < 200) {
    content.insert(content.end(), {0x86, 0x48});  // 840
  }
  EXPECT_EQ(dotted(content), std::nullopt);
}

TEST(DerReader, TakesElementsInTheirOrder) {
  const ByteVector content = bytes(
      "020105"
      "3003020106"
      "0500");
  DerReader reader(content);
  EXPECT_TRUE(reader.at(der::kInteger));
  EXPECT_FALSE(reader.at(der::kSequence));
  const auto number = reader.take(der::kInteger);
  ASSERT_TRUE(number);
  EXPECT_EQ(number->tag, der::kInteger);
  EXPECT_EQ(number->whole.data(), content.data());
  EXPECT_EQ(number->whole.size(), 3U);
  EXPECT_EQ(number->content.data(), content.data() + 2);
  EXPECT_EQ(number->content.size(), 1U);
  EXPECT_FALSE(reader.take(der::kInteger)) << "the list is next";
  const auto list = reader.take();
  ASSERT_TRUE(list);
  EXPECT_EQ(list->tag, der::kSequence);
  EXPECT_FALSE(reader.empty());
  EXPECT_TRUE(reader.take(der::kNull));
  EXPECT_TRUE(reader.empty());
  EXPECT_FALSE(reader.at(der::kNull));
  EXPECT_FALSE(reader.take());
  EXPECT_FALSE(reader.take(der::kNull));
}

TEST(DerReader, StaysBeforeWhatItCannotTake) {
  for (const std::string_view hex : {"02", "0202ff", "0281", "028001", "1f810100", "02810100"}) {
    const ByteVector content = bytes(hex);
    DerReader reader(content);
    EXPECT_FALSE(reader.take()) << hex;
    EXPECT_FALSE(reader.empty()) << hex;
  }
}

TEST(Der, GivesTheContentOfOneElement) {
  const ByteVector list = bytes("3003020106");
  const auto content = content_of(list, der::kSequence);
  ASSERT_TRUE(content);
  EXPECT_EQ(content->data(), list.data() + 2);
  EXPECT_EQ(content->size(), 3U);
  EXPECT_FALSE(content_of(list, der::kSet));
  EXPECT_FALSE(content_of(bytes("300302010600"), der::kSequence)) << "something behind";
  EXPECT_FALSE(content_of({}, der::kSequence));
}

TEST(Der, ReadsBooleans) {
  EXPECT_EQ(boolean(bytes("00")), false);
  EXPECT_EQ(boolean(bytes("ff")), true);
  EXPECT_EQ(boolean(bytes("01")), std::nullopt);
  EXPECT_EQ(boolean(bytes("ffff")), std::nullopt);
  EXPECT_EQ(boolean({}), std::nullopt);
}

TEST(Der, ReadsIntegersThatFit) {
  const std::pair<std::string_view, std::optional<std::int64_t>> rows[] = {
      {"", std::nullopt},
      {"00", 0},
      {"7f", 127},
      {"0080", 128},
      {"80", -128},
      {"ff", -1},
      {"ff7f", -129},
      {"7fffffffffffffff", std::numeric_limits<std::int64_t>::max()},
      {"8000000000000000", std::numeric_limits<std::int64_t>::min()},
      {"008000000000000000", std::nullopt},
  };
  for (const auto& [hex, number] : rows) {
    EXPECT_EQ(integer(bytes(hex)), number) << hex;
  }
}

TEST(Der, GivesWholeOctetsOfABitString) {
  const ByteVector content = bytes("00abcd");
  const auto octets = whole_octets(content);
  ASSERT_TRUE(octets);
  EXPECT_EQ(octets->data(), content.data() + 1);
  EXPECT_EQ(octets->size(), 2U);
  EXPECT_TRUE(whole_octets(bytes("00")));
  EXPECT_FALSE(whole_octets(bytes("0480"))) << "four bits";
  EXPECT_FALSE(whole_octets({}));
}

}  // namespace
}  // namespace countersign::x509

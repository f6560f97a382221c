// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <limits>

#include <gtest/gtest.h>

#include "countersign/codec/json.h"

namespace countersign::codec {
namespace {

using namespace std::string_view_literals;

TEST(JsonWriter, SeparatesMembersAndElements) {
  JsonWriter writer;
  writer.begin_object()
      .member("uid", "a"sv)
      .member("allowed", false)
      .key("list")
      .begin_array()
      .integer(1)
      .begin_object()
      .end_object()
      .begin_array()
      .end_array()
      .null()
      .end_array()
      .key("inner")
      .begin_object()
      .member("code", 403)
      .end_object()
      .member("last", "z")
      .end_object();
  EXPECT_EQ(writer.take(),
            R"({"uid":"a","allowed":false,"list":[1,{},[],null],"inner":{"code":403},"last":"z"})");
}

TEST(JsonWriter, WritesScalarsAsDocuments) {
  EXPECT_EQ(JsonWriter().string("").take(), R"("")");
  EXPECT_EQ(JsonWriter().boolean(true).take(), "true");
  EXPECT_EQ(JsonWriter().null().take(), "null");
  EXPECT_EQ(JsonWriter().integer(std::numeric_limits<std::int64_t>::min()).take(),
            "-9223372036854775808");
  EXPECT_EQ(JsonWriter().unsigned_integer(std::numeric_limits<std::uint64_t>::max()).take(),
            "18446744073709551615");
}

TEST(JsonWriter, KeepsLargeUnsignedMembersPositive) {
  JsonWriter writer;
  writer.begin_object().member("size", std::numeric_limits<std::size_t>::max()).end_object();
  EXPECT_EQ(writer.take(), R"({"size":18446744073709551615})");
}

struct Real {
  double number;
  std::string_view text;
};

TEST(JsonWriter, WritesRealsWithThreeDecimals) {
  constexpr std::array kRows{
      Real{0, "0.000"},
      Real{1.5, "1.500"},
      Real{-0.0004, "-0.000"},
      Real{2.0006, "2.001"},
      Real{1234567, "1234567.000"},
      Real{std::numeric_limits<double>::infinity(), "null"},
      Real{-std::numeric_limits<double>::infinity(), "null"},
      Real{std::numeric_limits<double>::quiet_NaN(), "null"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(JsonWriter().real(row.number).take(), row.text);
  }
  const auto largest = JsonWriter().real(-std::numeric_limits<double>::max()).take();
  EXPECT_EQ(largest.size(), 1U + 309U + 4U);
}

struct Text {
  std::string_view name, text, written;
};

TEST(JsonWriter, EscapesText) {
  constexpr std::array kRows{
      Text{"quotation mark and reverse solidus", R"(a"b\c/)", R"("a\"b\\c/")"},
      Text{"control characters", "\n\r\t\x1B\x01"sv, R"("\u000a\u000d\u0009\u001b\u0001")"},
      Text{"NUL", "a\0b"sv, R"("a\u0000b")"},
      Text{"UTF-8 of every length", "a\u00E9\u20AC\U0001F600"sv, "\"a\u00E9\u20AC\U0001F600\""sv},
      Text{"a stray continuation byte", "a\x80z"sv, "\"a\uFFFDz\""sv},
      Text{"a sequence cut off", "a\xE2\x82"sv, "\"a\uFFFD\uFFFD\""sv},
      Text{"an overlong form", "\xC0\xAF"sv, "\"\uFFFD\uFFFD\""sv},
      Text{"a surrogate", "\xED\xA0\x80"sv, "\"\uFFFD\uFFFD\uFFFD\""sv},
      Text{"above U+10FFFF", "\xF4\x90\x80\x80"sv, "\"\uFFFD\uFFFD\uFFFD\uFFFD\""sv},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(JsonWriter().string(row.text).take(), row.written);
    JsonWriter writer;
    writer.begin_object().key(row.text).null().end_object();
    EXPECT_EQ(writer.take(), "{" + std::string(row.written) + ":null}");
  }
}

// Whatever is written, the result stays one line of valid JSON.
TEST(JsonWriter, WritesEveryByteAsValidJson) {
  for (unsigned byte = 1; byte < 256; ++byte) {
    const std::string text{'a', static_cast<char>(byte), 'z'};
    const auto written = JsonWriter().string(text).take();
    EXPECT_EQ(written.find('\n'), std::string::npos);
    const auto parsed = Json::parse(written, {.bytes = 100}, Reason::Internal);
    ASSERT_TRUE(parsed.has_value()) << byte;
    ASSERT_NE(parsed->string(), nullptr);
    if (byte < 0x80) {
      EXPECT_EQ(*parsed->string(), text);
    }
  }
}

}  // namespace
}  // namespace countersign::codec

// SPDX-License-Identifier: Apache-2.0
#include "countersign/codec/base64.h"

#include <array>

#include <gtest/gtest.h>

namespace countersign::codec {
namespace {

struct Pair {
  std::string_view plain, padded, url;
};

constexpr std::array kPairs{
    // RFC 4648 section 10
    Pair{"", "", ""},
    Pair{"f", "Zg==", "Zg"},
    Pair{"fo", "Zm8=", "Zm8"},
    Pair{"foo", "Zm9v", "Zm9v"},
    Pair{"foob", "Zm9vYg==", "Zm9vYg"},
    Pair{"fooba", "Zm9vYmE=", "Zm9vYmE"},
    Pair{"foobar", "Zm9vYmFy", "Zm9vYmFy"},
    // where the alphabets differ
    Pair{"\xFB\xFF\xBF", "+/+/", "-_-_"},
};

TEST(Base64, ReadsWhatItWrites) {
  for (const auto& row : kPairs) {
    SCOPED_TRACE(row.padded);
    EXPECT_EQ(encode_base64(as_bytes(row.plain)), row.padded);
    EXPECT_EQ(encode_base64url(as_bytes(row.plain)), row.url);
    const auto padded = decode_base64(row.padded, Reason::EnvelopeInvalid);
    ASSERT_TRUE(padded.has_value());
    EXPECT_EQ(as_text(*padded), row.plain);
    const auto url = decode_base64url(row.url, Reason::EnvelopeInvalid);
    ASSERT_TRUE(url.has_value());
    EXPECT_EQ(as_text(*url), row.plain);
  }
}

TEST(Base64, ReadsEveryByteValueAtEveryPosition) {
  for (std::size_t length = 1; length <= 4; ++length) {
    for (unsigned value = 0; value < 256; ++value) {
      const ByteVector bytes(length, static_cast<std::uint8_t>(value));
      const auto padded = decode_base64(encode_base64(bytes), Reason::BadRequest);
      const auto url = decode_base64url(encode_base64url(bytes), Reason::BadRequest);
      ASSERT_TRUE(padded.has_value() && url.has_value()) << value;
      ASSERT_EQ(*padded, bytes);
      ASSERT_EQ(*url, bytes);
    }
  }
}

struct Refused {
  std::string_view name, text;
};

TEST(Base64, RefusesWhatIsNotPaddedExactly) {
  constexpr std::array kRows{
      Refused{"no padding", "Zg"},
      Refused{"half the padding", "Zg="},
      Refused{"too much padding", "Zg==="},
      Refused{"padding after a whole group", "Zm9v===="},
      Refused{"padding alone", "===="},
      Refused{"three of four are padding", "Z==="},
      Refused{"padding in the middle", "Zg==Zg=="},
      Refused{"padding before the last character", "Zm=v"},
      Refused{"a group of one", "Zm9vZ"},
      Refused{"stray bits after one byte", "Zh=="},
      Refused{"stray bits after two bytes", "Zm9="},
      Refused{"a line feed", "Zm9v\n"},
      Refused{"a line feed that fits the length", "Zm9\n"},
      Refused{"a space", "Zm 9"},
      Refused{"the other alphabet", "-_-_"},
      Refused{"a byte above 127", "Zm9\xFF"},
      Refused{"NUL", std::string_view("Zm9\0", 4)},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.name);
    const auto result = decode_base64(row.text, Reason::EnvelopeInvalid);
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().reason, Reason::EnvelopeInvalid);
  }
}

TEST(Base64, RefusesPaddingAndForeignCharactersInUrlForm) {
  constexpr std::array kRows{
      Refused{"padding", "Zg=="},
      Refused{"half the padding", "Zg="},
      Refused{"a group of one", "Z"},
      Refused{"stray bits after one byte", "Zh"},
      Refused{"stray bits after two bytes", "Zm9"},
      Refused{"the other alphabet", "+/+/"},
      Refused{"a space", "Zm9v Zm9v"},
      Refused{"a line feed at the end", "Zm9v\n"},
      Refused{"percent", "Zg%3D"},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.name);
    const auto result = decode_base64url(row.text, Reason::RegistryResponse);
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().reason, Reason::RegistryResponse);
  }
}

TEST(Base64, ReadsLowerCaseHexadecimalOnly) {
  EXPECT_EQ(encode_hex(as_bytes("\x01\x7F\xAB")), "017fab");
  const auto bytes = decode_hex("017fab", Reason::BadReference);
  ASSERT_TRUE(bytes.has_value());
  EXPECT_EQ(as_text(*bytes), "\x01\x7F\xAB");
  EXPECT_EQ(decode_hex("", Reason::BadReference), ByteVector());
  for (const std::string_view text : {"0", "017", "AB", "aB", "0x", "g0", "0g", " 0", "-1"}) {
    SCOPED_TRACE(text);
    const auto refused = decode_hex(text, Reason::BadReference);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().reason, Reason::BadReference);
  }
}

}  // namespace
}  // namespace countersign::codec

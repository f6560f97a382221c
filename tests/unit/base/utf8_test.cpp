// SPDX-License-Identifier: Apache-2.0
#include "countersign/base/utf8.h"

#include <array>

#include <gtest/gtest.h>

namespace countersign {
namespace {

using namespace std::string_view_literals;

struct Character {
  std::string_view text;
  char32_t code;
};

TEST(Utf8, ReadsTheFirstAndLastCharacterOfEveryLength) {
  constexpr std::array kRows{
      Character{"\0"sv, 0},
      Character{"\x7F", 0x7F},
      Character{"\xC2\x80", 0x80},
      Character{"\xDF\xBF", 0x7FF},
      Character{"\xE0\xA0\x80", 0x800},
      Character{"\xED\x9F\xBF", 0xD7FF},
      Character{"\xEE\x80\x80", 0xE000},
      Character{"\xEF\xBF\xBF", 0xFFFF},
      Character{"\xF0\x90\x80\x80", 0x10000},
      Character{"\xF4\x8F\xBF\xBF", 0x10FFFF},
  };
  for (const auto& row : kRows) {
    const auto character = first_utf8_character(row.text);
    EXPECT_EQ(character.code, row.code);
    EXPECT_EQ(character.length, row.text.size());
    const auto followed = std::string(row.text) + "\xFF";
    EXPECT_EQ(first_utf8_character(followed).length, row.text.size());
    EXPECT_TRUE(is_utf8(row.text));
    EXPECT_FALSE(is_utf8(followed));
  }
}

TEST(Utf8, RefusesEverythingElse) {
  constexpr std::array kRows{
      "\x80"sv,  // continuation bytes alone
      "\xBF"sv,
      "\xC0\x80"sv,  // overlong forms
      "\xC1\xBF"sv,
      "\xE0\x80\x80"sv,
      "\xE0\x9F\xBF"sv,
      "\xF0\x80\x80\x80"sv,
      "\xF0\x8F\xBF\xBF"sv,
      "\xED\xA0\x80"sv,  // surrogates
      "\xED\xBF\xBF"sv,
      "\xF4\x90\x80\x80"sv,  // above U+10FFFF
      "\xF7\xBF\xBF\xBF"sv,
      "\xF8\x88\x80\x80\x80"sv,
      "\xFE"sv,
      "\xFF"sv,
      "\xC2"sv,  // cut off
      "\xE2\x82"sv,
      "\xF0\x9F\x98"sv,
      "\xC2\x20"sv,  // not continued
      "\xE2\x82\x20"sv,
      "\xE2\x20\x82"sv,
      "\xF0\x9F\x98\xC0"sv,
  };
  for (const auto text : kRows) {
    EXPECT_EQ(first_utf8_character(text).length, 0U) << testing::PrintToString(text);
    EXPECT_FALSE(is_utf8(text));
    EXPECT_FALSE(is_utf8("ok " + std::string(text)));
  }
  EXPECT_EQ(first_utf8_character("").length, 0U);
  EXPECT_TRUE(is_utf8(""));
}

}  // namespace
}  // namespace countersign

// SPDX-License-Identifier: Apache-2.0
#include "kube/text.h"

#include <gtest/gtest.h>

namespace countersign::kube {
namespace {

constexpr const char* kWide = "\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80xyz";  // 2, 3, 4, 1, 1, 1 bytes

TEST(Text, TextThatFitsStays) {
  for (const auto unit : {Unit::Bytes, Unit::Characters}) {
    EXPECT_EQ(cut_end("abc", 3, unit), "abc");
    EXPECT_EQ(cut_middle("abc", 3, unit), "abc");
    EXPECT_EQ(cut_end("", 0, unit), "");
    EXPECT_EQ(cut_middle("", 0, unit), "");
  }
  EXPECT_EQ(cut_end(kWide, 6, Unit::Characters), kWide);
  EXPECT_EQ(cut_middle(kWide, 12, Unit::Bytes), kWide);
}

TEST(Text, WhatIsCutLeavesDots) {
  const struct {
    std::size_t most;
    const char* end;
    const char* middle;
  } rows[] = {
      {9, "abcdef...", "abc...hij"},
      {8, "abcde...", "abc...ij"},
      {4, "a...", "a..."},
      {3, "...", "..."},
      {2, "..", ".."},
      {0, "", ""},
  };
  for (const auto& row : rows) {
    for (const auto unit : {Unit::Bytes, Unit::Characters}) {
      EXPECT_EQ(cut_end("abcdefghij", row.most, unit), row.end) << row.most;
      EXPECT_EQ(cut_middle("abcdefghij", row.most, unit), row.middle) << row.most;
    }
  }
}

TEST(Text, CharactersStayWhole) {
  EXPECT_EQ(cut_end(kWide, 5, Unit::Characters), "\xC3\xA4\xE2\x82\xAC...");
  EXPECT_EQ(cut_end(kWide, 7, Unit::Bytes), "\xC3\xA4...");
  EXPECT_EQ(cut_end(kWide, 8, Unit::Bytes), "\xC3\xA4\xE2\x82\xAC...");
  EXPECT_EQ(cut_middle("xyz\xF0\x9F\x98\x80", 5, Unit::Characters), "xyz\xF0\x9F\x98\x80");
  EXPECT_EQ(cut_middle("vwxyz\xF0\x9F\x98\x80", 5, Unit::Characters), "v...\xF0\x9F\x98\x80");
  EXPECT_EQ(cut_middle("vwxyz\xF0\x9F\x98\x80", 7, Unit::Bytes), "vw...");
}

TEST(Text, LinesAreCleanedApart) {
  EXPECT_EQ(clean_lines("a\nb\n", 100), "a\nb\n");
  EXPECT_EQ(clean_lines("a\x1B[31m\nb\t\xFF", 100).find('\x1B'), std::string::npos);
  EXPECT_EQ(clean_lines("a\nb\r\nc", 100).find('\r'), std::string::npos);
  EXPECT_EQ(clean_lines("", 100), "");
}

TEST(Text, AllLinesTogetherFit) {
  const std::string long_lines = std::string(60, 'a') + "\n" + std::string(60, 'b');
  for (std::size_t most = 0; most < 130; ++most) {
    EXPECT_LE(clean_lines(long_lines, most).size(), most);
  }
  EXPECT_EQ(clean_lines(long_lines, 121), long_lines);
}

}  // namespace
}  // namespace countersign::kube

// SPDX-License-Identifier: Apache-2.0
#include "countersign/net/header_reader.h"

#include <gtest/gtest.h>

namespace countersign::net {
namespace {

TEST(HeaderReader, TakesPiecesInOrder) {
  HeaderReader reader("name \t= \"va\\\"l, ue\",, next=x/y==;z");
  EXPECT_EQ(reader.token(), "name");
  EXPECT_TRUE(reader.skip_blanks());
  EXPECT_TRUE(reader.take('='));
  EXPECT_TRUE(reader.skip_blanks());
  EXPECT_EQ(reader.quoted(), "va\"l, ue");
  reader.skip_commas();
  EXPECT_EQ(reader.token(), "next");
  EXPECT_TRUE(reader.take('='));
  EXPECT_EQ(reader.token68(), "x/y==");
  EXPECT_TRUE(reader.take(';'));
  EXPECT_EQ(reader.until(";,"), "z");
  EXPECT_TRUE(reader.at_end());
}

TEST(HeaderReader, ConsumesNothingWhereThereIsNothing) {
  HeaderReader reader("\"open");
  EXPECT_FALSE(reader.quoted());
  EXPECT_EQ(reader.token(), "");
  EXPECT_EQ(reader.token68(), "");
  EXPECT_FALSE(reader.skip_blanks());
  EXPECT_TRUE(reader.at('"'));
  EXPECT_FALSE(HeaderReader("\"ends with an escape\\").quoted());
  EXPECT_FALSE(HeaderReader("").quoted());
}

TEST(HeaderReader, LowersAsciiOnly) { EXPECT_EQ(lower("AbC\xc3\x84"), "abc\xc3\x84"); }

}  // namespace
}  // namespace countersign::net

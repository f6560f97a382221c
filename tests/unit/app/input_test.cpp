// SPDX-License-Identifier: Apache-2.0
#include "app/input.h"

#include <gtest/gtest.h>

#include "samples.h"

namespace countersign::app {
namespace {

TEST(Input, IsAFileOrWhatStandsForIt) {
  const support::TempFolder folder;
  TestConsole test;
  test.in.str("from the console");
  EXPECT_EQ(read_input(folder.write("a", "from a file"), 100, test.console), "from a file");
  EXPECT_EQ(read_input("-", 100, test.console), "from the console");
  EXPECT_FALSE(read_input("/nonexistent", 100, test.console));
}

TEST(Input, HasALimit) {
  TestConsole test;
  test.in.str("12345");
  EXPECT_EQ(read_input("-", 5, test.console), "12345");
  test.in.clear();
  test.in.str("123456");
  EXPECT_EQ(read_input("-", 5, test.console).error().reason, Reason::BadConfig);
}

}  // namespace
}  // namespace countersign::app

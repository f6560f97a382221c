// SPDX-License-Identifier: Apache-2.0
#include "app/progress.h"

#include <gtest/gtest.h>

#include "samples.h"

namespace countersign::app {
namespace {

TEST(ProgressLine, IsShownOnATerminalAloneAndErasedAtTheEnd) {
  TestConsole test;
  {
    ProgressLine line("verified", 40, test.console);
    line.show(12);
  }
  EXPECT_EQ(test.err.str(), "");
  test.console.progress = Progress::Shown;
  {
    ProgressLine line("verified", 40, test.console);
    line.show(12);
  }
  EXPECT_EQ(test.err.str(), "\r\x1b[Kverified 12 of 40\r\x1b[K");
}

}  // namespace
}  // namespace countersign::app

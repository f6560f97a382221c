// SPDX-License-Identifier: Apache-2.0
#include "app/paint.h"

#include <gtest/gtest.h>

namespace countersign::app {
namespace {

TEST(Paint, ColoursWhereItIsWanted) {
  EXPECT_EQ(painted("yes", Paint::Good, Colour::Always), "\x1b[32myes\x1b[0m");
  EXPECT_EQ(painted("no", Paint::Bad, Colour::Always), "\x1b[31mno\x1b[0m");
  EXPECT_EQ(painted("?", Paint::Open, Colour::Always), "\x1b[33m?\x1b[0m");
  EXPECT_EQ(painted("text", Paint::None, Colour::Always), "text");
  EXPECT_EQ(painted("no", Paint::Bad, Colour::Never), "no");
}

TEST(Paint, OnlyTrustIsGreen) {
  EXPECT_EQ(paint_of(policy::Verdict::Trusted), Paint::Good);
  EXPECT_EQ(paint_of(policy::Verdict::Skipped), Paint::Open);
  EXPECT_EQ(paint_of(policy::Verdict::Untrusted), Paint::Bad);
  EXPECT_EQ(paint_of(fail(Reason::Internal, "")), Paint::Open);
}

}  // namespace
}  // namespace countersign::app

// SPDX-License-Identifier: Apache-2.0
#include "app/table.h"

#include <gtest/gtest.h>

namespace countersign::app {
namespace {

TEST(Table, IsAsWideAsWhatIsInIt) {
  Table table({"A", "LONG HEAD", "C"});
  table.add({{"one"}, {"x"}, {"the rest of the line"}});
  table.add({{"Gr\u00fc\u00dfe"}, {""}, {"2"}});
  EXPECT_EQ(table.text(Colour::Never),
            "A      LONG HEAD  C\n"
            "one    x          the rest of the line\n"
            "Gr\u00fc\u00dfe  -          2\n");
}

TEST(Table, PaintTakesNoPlace) {
  Table table({"VERDICT", "B"});
  table.add({{"trusted", Paint::Good}, {"x\x1b[2J"}});
  EXPECT_EQ(table.text(Colour::Always).find("\x1b[2J"), std::string::npos);
  EXPECT_TRUE(table.text(Colour::Always).contains("\n\x1b[32mtrusted\x1b[0m  x"));
}

}  // namespace
}  // namespace countersign::app

// SPDX-License-Identifier: Apache-2.0
#include "app/manual.h"

#include <gtest/gtest.h>

#include "programs.h"

namespace countersign::app {
namespace {

TEST(Manual, HasEveryCommandWithItsOptions) {
  const auto page = manual_page(sample_program());
  EXPECT_TRUE(page.starts_with(".TH COUNTERSIGN 1 ")) << page;
  for (const auto* part :
       {".SS tool run\n", ".SS tool config check\n",
        "\\fB\\-\\-out\\fR, \\fB\\-o\\fR \\fIDIR\\fR\n", "\\fIfile\\fR\nWhat is run (required)\n",
        "\n.PP\nExit status:\n.RS\n.nf\n0 done\n.fi\n.RE\n", ".SH EXIT STATUS\n"}) {
    EXPECT_NE(page.find(part), std::string::npos) << part << "\n" << page;
  }
  EXPECT_EQ(page.find(".SS tool config\n"), std::string::npos) << "a group does nothing";
}

TEST(Manual, EscapesWhatRoffWouldTakeForItsOwn) {
  const auto page = manual_page(sample_program());
  EXPECT_NE(page.find("\n  .hidden\\e\n"), std::string::npos) << page;
  EXPECT_EQ(page.find("--"), std::string::npos) << "a hyphen is no minus";
}

}  // namespace
}  // namespace countersign::app

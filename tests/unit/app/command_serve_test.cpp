// SPDX-License-Identifier: Apache-2.0
// What stops `serve` before it serves; the rest needs a process (tests/integration/app).
#include <gtest/gtest.h>

#include "app/commands.h"
#include "samples.h"

namespace countersign::app {
namespace {

TEST(CommandServe, EndsWithAUsageErrorThatNamesFileAndLine) {
  struct Row {
    const char* name;
    std::string text;
    const char* place;
  };
  const auto good = SignedImage().config();
  for (const auto& row : std::vector<Row>{
           {"no server", good, ": "},
           {"an unknown key", good + "serve: {}\n", ":10:1: "},
           {"no certificate", good + "server: {}\n", ":10:9: "},
           {"a missing certificate",
            good + "server: {tls: {certificate: none.crt, key: none.key}}\n", ":10:29: "},
       }) {
    const support::TempFolder folder;
    const auto file = folder.write("c.yaml", row.text);
    TestConsole test;
    EXPECT_EQ(serve(file, test.console), Exit::Usage) << row.name;
    EXPECT_EQ(test.out.str(), "") << row.name;
    EXPECT_TRUE(test.err.str().starts_with(file.string() + row.place))
        << row.name << ": " << test.err.str();
  }
}

}  // namespace
}  // namespace countersign::app

// SPDX-License-Identifier: Apache-2.0
// The command line as a whole, for the tests of its groups of commands.
#pragma once
#include <initializer_list>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "app/command_line.h"
#include "samples.h"

namespace countersign::app {

using Arguments = std::vector<std::string>;

inline Exit run_with(const Arguments& arguments, TestConsole& test) {
  return run(arguments, test.console);
}

inline void expect_help(std::initializer_list<Arguments> commands) {
  for (const auto& command : commands) {
    TestConsole test;
    auto arguments = command;
    arguments.emplace_back("--help");
    EXPECT_EQ(run_with(arguments, test), Exit::Yes);
    const auto text = test.out.str();
    EXPECT_NE(text.find("Usage: countersign"), std::string::npos) << text;
    EXPECT_NE(text.find("Example:\n  "), std::string::npos) << text;
    EXPECT_EQ(test.err.str(), "");
  }
}

inline void expect_refused(std::initializer_list<Arguments> all) {
  for (const auto& arguments : all) {
    TestConsole test;
    EXPECT_EQ(run_with(arguments, test), Exit::Usage) << ::testing::PrintToString(arguments);
    EXPECT_EQ(test.out.str(), "") << ::testing::PrintToString(arguments);
    EXPECT_NE(test.err.str(), "") << ::testing::PrintToString(arguments);
  }
}

}  // namespace countersign::app

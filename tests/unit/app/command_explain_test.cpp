// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include <gtest/gtest.h>

#include "countersign/base/next_step.h"

#include "app/commands.h"
#include "samples.h"

namespace countersign::app {
namespace {

std::string page(const std::string& name) {
  std::ifstream file(support::test_data("..") / ".." / "docs" / name);
  std::string content{std::istreambuf_iterator<char>(file), {}};
  EXPECT_FALSE(content.empty()) << name;
  return content;
}

TEST(CommandExplain, TellsOfEveryCodeWhatToDo) {  // AW-127
  for (const auto reason : all_reasons()) {
    TestConsole test;
    EXPECT_EQ(explain(std::string(wire_name(reason)), test.console), Exit::Yes);
    const auto text = test.out.str();
    EXPECT_TRUE(text.starts_with(std::string(wire_name(reason)) + ": " +
                                 std::string(meaning(reason)) + "\n"));
    for (const auto& part :
         {"who must act  " + std::string(name(blame(reason))) + "\n",
          "a retry       " + std::string(may_retry(reason) ? "may help" : "does not help"),
          "next step     " + std::string(next_step(reason)) + "\n", std::string("evidence      "),
          "exit status   " + std::to_string(static_cast<int>(exit_of(reason)))}) {
      EXPECT_NE(text.find(part), std::string::npos) << part << " is not in\n" << text;
    }
    EXPECT_EQ(test.err.str(), "");
  }
}

TEST(CommandExplain, DoesNotMindTheCase) {
  TestConsole one, other;
  EXPECT_EQ(explain("signature_not_found", one.console), Exit::Yes);
  EXPECT_EQ(explain("SIGNATURE_NOT_FOUND", other.console), Exit::Yes);
  EXPECT_EQ(one.out.str(), other.out.str());
}

TEST(CommandExplain, ListsAllWithoutACode) {
  TestConsole test;
  EXPECT_EQ(explain("", test.console), Exit::Yes);
  const auto text = test.out.str();
  EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(text, '\n')), all_reasons().size());
  for (const auto reason : all_reasons()) {
    EXPECT_NE(text.find(wire_name(reason)), std::string::npos) << wire_name(reason);
  }
}

TEST(CommandExplain, ShowsWhatThereIsForACodeThatIsNone) {
  for (const auto* code : {"NONE", "SIGNATURE_NOT_FOUN", "SIGNATURE_NOT_FOUND ", "\n"}) {
    TestConsole test;
    EXPECT_EQ(explain(code, test.console), Exit::Usage);
    EXPECT_EQ(test.out.str(), "");
    EXPECT_NE(test.err.str().find("OVERLOADED"), std::string::npos);
  }
}

// tests/hygiene/check_reasons.py compares the other columns, and looks for a test that expects each
// code. AW-35
TEST(CommandExplain, ThePageListsTheSameCodes) {  // AW-129
  const auto text = page("reasons.md");
  const std::regex row(R"(^\| `([A-Z_]+)` \|)", std::regex::multiline);
  std::vector<std::string> codes;
  for (std::sregex_iterator at(text.begin(), text.end(), row), end; at != end; ++at) {
    codes.push_back((*at)[1]);
  }
  std::vector<std::string> expected;
  for (const auto reason : all_reasons()) {
    expected.emplace_back(wire_name(reason));
  }
  EXPECT_EQ(codes, expected);
}

}  // namespace
}  // namespace countersign::app

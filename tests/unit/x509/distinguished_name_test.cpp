// SPDX-License-Identifier: Apache-2.0
#include "x509/distinguished_name.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace countersign::x509 {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

struct Good {
  std::string_view text;
  Pairs pairs;
};

TEST(DistinguishedName, SplitsAndResolvesEscapes) {
  const Good rows[] = {
      {"C=US", {{"C", "US"}}},
      {"C=US, ST=WA;O=Acme", {{"C", "US"}, {"ST", "WA"}, {"O", "Acme"}}},
      {"  C =  US  ,  O=a b  ", {{"C", "US"}, {"O", "a b"}}},
      {R"(O=Example\, Works\; \+ Co)", {{"O", "Example, Works; + Co"}}},
      {R"(CN=\ lead,O=trail\ )", {{"CN", " lead"}, {"O", "trail "}}},
      {R"(O=trail\  )", {{"O", "trail "}}},
      {R"(O=Example\20Works)", {{"O", "Example Works"}}},
      {R"(O=\C3\a9t\C3\A9)", {{"O", "\xc3\xa9t\xc3\xa9"}}},
      {R"(O=\#1,OU=a#b)", {{"O", "#1"}, {"OU", "a#b"}}},
      {R"(O=a\\,CN=\"b\"\<c\>\=)", {{"O", "a\\"}, {"CN", "\"b\"<c>="}}},
      {"O=a=b", {{"O", "a=b"}}},
      {"O=a<b>\"c\"", {{"O", "a<b>\"c\""}}},
      {"2.5.4.6=US", {{"2.5.4.6", "US"}}},
  };
  for (const Good& row : rows) {
    const auto split = split_distinguished_name(row.text, Reason::BadConfig);
    ASSERT_TRUE(split) << row.text;
    Pairs pairs;
    for (const TextAttribute& attribute : *split) {
      pairs.emplace_back(attribute.type, attribute.value);
    }
    EXPECT_EQ(pairs, row.pairs) << row.text;
  }
}

TEST(DistinguishedName, RefusesWhatItCantSplit) {  // NV-O10, CRT-16
  std::vector<std::string> rows{
      "",         " ",       "C",        "C=",           "C= ",
      "=US",      " =US",    "C=US,",    ",C=US",        "C=US,,O=a",
      "C=US+O=a", "O=#0401", "O= #0401", "O=a,OU=#0401", "O=a\\",
      "O=a\\x",   "O=a\\2",  "O=a\\zz",  "O=\\00",       "O=\\ff",
      "O=\\c3",   "O\\=a=b", "O=a, b",   "O=\xff",       "O=\\ed\\a0\\80",
  };
  rows.push_back("O=" + std::string(100'000, 'a'));  // NV-O19
  std::string many = "O=a";
  for (int i = 0; i < 64; ++i) {
    many += ",O=a";
  }
  rows.push_back(many);
  for (const std::string& text : rows) {
    const auto split = split_distinguished_name(text, Reason::BadConfig);
    ASSERT_FALSE(split) << text.substr(0, 40);
    EXPECT_EQ(split.error().reason, Reason::BadConfig) << text.substr(0, 40);
  }
  EXPECT_FALSE(split_distinguished_name(std::string_view("O=a\0b", 5), Reason::BadConfig));
}

}  // namespace
}  // namespace countersign::x509

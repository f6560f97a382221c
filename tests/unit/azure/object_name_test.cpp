// SPDX-License-Identifier: Apache-2.0
#include "azure/object_name.h"

#include <string>

#include <gtest/gtest.h>

#include "countersign/azure/key_vault.h"

namespace countersign::azure {
namespace {

using Parse = Result<std::string> (*)(std::string_view);

std::string outcome(Parse parse, std::string_view text) {
  const auto parsed = parse(text);
  return parsed ? *parsed : std::string(wire_name(parsed.error().reason));
}

TEST(ObjectName, NamesAndVersionsHaveKeyVaultsAlphabetAndLength) {  // AZ-21
  for (const std::string& good : {std::string("a"), std::string("9"), std::string("-"),
                                  std::string("Sign-CA-2026"), std::string(127, 'x')}) {
    EXPECT_EQ(outcome(parse_object_name, good), good);
  }
  for (const std::string& bad :
       {std::string(), std::string(128, 'x'), std::string("a.b"), std::string("a_b"),
        std::string("a/b"), std::string("a?b"), std::string("a b"), std::string("a\r\nb"),
        std::string("a%2f"), std::string(".."), std::string("\xC3\xA9"), std::string("a\0b", 3),
        std::string("a*")}) {
    EXPECT_EQ(outcome(parse_object_name, bad), "BAD_CONFIG") << bad;
  }
  const std::string version = "0123456789abcdef0123456789abcdef";
  EXPECT_EQ(outcome(parse_object_version, version), version);
  EXPECT_EQ(outcome(parse_object_version, "0123456789ABCDEF0123456789ABCDEF"), version);
  for (const std::string& bad :
       {std::string(), version.substr(1), version + "0", "g" + version.substr(1),
        version.substr(1) + "/", std::string("versions")}) {
    EXPECT_EQ(outcome(parse_object_version, bad), "BAD_CONFIG") << bad;
  }
}

TEST(ObjectName, PatternsHaveAStar) {
  for (const char* good : {"*", "sign-*", "*-ca-*", "**"}) {
    EXPECT_EQ(outcome(parse_object_pattern, good), good);
  }
  EXPECT_EQ(outcome(parse_object_pattern, std::string(126, 'x') + "*").size(), 127U);
  for (const std::string& bad : {std::string(), std::string("sign"), std::string("sign-?*"),
                                 std::string("a.*"), std::string(127, 'x') + "*"}) {
    EXPECT_EQ(outcome(parse_object_pattern, bad), "BAD_CONFIG") << bad;
  }
}

TEST(ObjectName, AStarStandsForAnyCharacters) {
  struct Row {
    const char* pattern;
    const char* name;
    bool matches;
  };
  for (const auto& row : {Row{"*", "a", true},
                          {"sign-*", "sign-ca", true},
                          {"sign-*", "sign-", true},
                          {"sign-*", "Sign-CA", true},
                          {"SIGN-*", "sign-ca", true},
                          {"sign-*", "resign-ca", false},
                          {"sign-*", "sign", false},
                          {"*-ca", "sign-ca", true},
                          {"*-ca", "sign-ca-2", false},
                          {"a*b*c", "a-b-b-c", true},
                          {"a*b*c", "a-c-b", false},
                          {"a*a", "a", false},
                          {"**a**", "a", true}}) {
    EXPECT_EQ(name_matches(row.pattern, row.name), row.matches) << row.pattern << " " << row.name;
  }
  std::string pattern;
  for (int i = 0; i < 63; ++i) {
    pattern += "*a";
  }
  EXPECT_FALSE(name_matches(pattern + "b", std::string(127, 'a'))) << "in reasonable time";
}

TEST(ObjectName, CaseMakesNoOtherName) {
  EXPECT_TRUE(same_name("Sign-CA", "sign-ca"));
  EXPECT_FALSE(same_name("sign-ca", "sign-c"));
}

}  // namespace
}  // namespace countersign::azure

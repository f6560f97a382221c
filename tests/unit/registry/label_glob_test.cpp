// SPDX-License-Identifier: Apache-2.0
#include "registry/label_glob.h"

#include <string>

#include <gtest/gtest.h>

namespace countersign::registry {
namespace {

// The examples of Go's path/filepath tests that can be one label, and what breaks the grammar.
TEST(LabelGlob, MatchesAsFilepathMatch) {
  const struct {
    const char *pattern, *label;
    bool expected;
  } rows[] = {
      {"abc", "abc", true},
      {"*", "abc", true},
      {"*", "", true},
      {"*c", "abc", true},
      {"a*", "a", true},
      {"a*", "abc", true},
      {"a*b*c*d*e*", "axbxcxdxe", true},
      {"a*b*c*d*e*", "axbxcxdx", false},
      {"a*b?c*x", "abxbbxdbxebxczzx", true},
      {"a*b?c*x", "abxbbxdbxebxczzy", false},
      {"ab[c]", "abc", true},
      {"ab[b-d]", "abc", true},
      {"ab[e-g]", "abc", false},
      {"ab[^c]", "abc", false},
      {"ab[^b-d]", "abc", false},
      {"ab[^e-g]", "abc", true},
      {"a\\*b", "a*b", true},
      {"a\\*b", "ab", false},
      {"a?b", "axb", true},
      {"a?b", "ab", false},
      {"a[^a]b", "axb", true},
      {"[a-ce-f]x", "ex", true},
      {"[\\]a]", "]", true},
      {"[\\-]", "-", true},
      {"[x\\-]", "-", true},
      {"[\\-x]", "z", false},
      {"[c-a]", "b", false},
      {"*x", "xxx", true},
      {"**", "a", true},
      {"", "", true},
      {"", "a", false},
      {"a", "", false},
      {"prefix-*", "prefix-good", true},
      {"*-good", "prefix-good", true},
      {"*-good", "prefix-bad", false},
      // Go: ErrBadPattern
      {"[]a]", "]", false},
      {"[-]", "-", false},
      {"[x-]", "x", false},
      {"[x-]", "-", false},
      {"[-x]", "x", false},
      {"\\", "a", false},
      {"[a-b-c]", "a", false},
      {"[", "a", false},
      {"[^", "a", false},
      {"[^bc", "a", false},
      {"a[", "a", false},
      {"a[", "ab", false},
      {"*[", "abc", false},
      {"[a\\", "a", false},
      {"*\\", "a", false},
  };
  for (const auto& [pattern, label, expected] : rows) {
    EXPECT_EQ(label_matches(pattern, label), expected) << pattern << " " << label;
  }
}

// Tried run by run, this would take longer than the universe has.
TEST(LabelGlob, NeverTriesARunTwice) {
  std::string pattern;
  for (int run = 0; run < 250; ++run) {
    pattern += "*a";
  }
  EXPECT_FALSE(label_matches(pattern + "b", std::string(1'000, 'a')));
  EXPECT_TRUE(label_matches(pattern, std::string(1'000, 'a')));
}

}  // namespace
}  // namespace countersign::registry

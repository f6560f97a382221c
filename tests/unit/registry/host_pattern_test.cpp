// SPDX-License-Identifier: Apache-2.0
#include "countersign/registry/host_pattern.h"

#include <gtest/gtest.h>

namespace countersign::registry {
namespace {

TEST(HostPattern, MatchesAHostOrOneLabelBelowIt) {
  const struct {
    const char *pattern, *host;
    bool matches;
  } rows[] = {
      {"store.example", "store.example", true},
      {"Store.EXAMPLE", "store.example", true},
      {"localhost", "localhost", true},
      {"127.0.0.1", "127.0.0.1", true},
      {"store.example", "a.store.example", false},
      {"store.example", "store.example.evil.example", false},
      {"store.example", "evilstore.example", false},
      {"store.example", "store.example.", false},
      {"store.example", "", false},
      {"*.blob.example", "a.blob.example", true},
      {"*.blob.example", "a-1.blob.example", true},
      {"*.blob.example", "blob.example", false},
      {"*.blob.example", ".blob.example", false},
      {"*.blob.example", "a.b.blob.example", false},
      {"*.blob.example", "ablob.example", false},
      {"*.blob.example", "a.blob.example.evil.example", false},
      {"*.blob.example", "[::1]", false},
  };
  for (const auto& [pattern, host, matches] : rows) {
    EXPECT_EQ(HostPattern::parse(pattern)->matches(host), matches) << pattern << " for " << host;
  }
}

TEST(HostPattern, RefusesWhatIsNoHost) {
  for (const std::string& text : {std::string(),
                                  std::string("*"),
                                  std::string("*."),
                                  std::string("*.*.example"),
                                  std::string("a.*.example"),
                                  std::string("*store.example"),
                                  std::string("store.example:443"),
                                  std::string("https://store.example"),
                                  std::string("store.example/"),
                                  std::string("store.example."),
                                  std::string(".example"),
                                  std::string("a..b"),
                                  std::string("-a.example"),
                                  std::string("a-.example"),
                                  std::string("a_b.example"),
                                  std::string("a b"),
                                  std::string("\xc3\xa9.example"),
                                  std::string("[::1]"),
                                  std::string(64, 'a') + ".example",
                                  "*." + std::string(64, 'a')}) {
    const auto pattern = HostPattern::parse(text);
    ASSERT_FALSE(pattern) << text;
    EXPECT_EQ(pattern.error().reason, Reason::BadConfig) << text;
  }
  std::string longest(253, 'a');
  for (std::size_t dot = 63; dot < longest.size(); dot += 64) {
    longest[dot] = '.';
  }
  EXPECT_TRUE(HostPattern::parse(longest));
  EXPECT_FALSE(HostPattern::parse(longest + "a"));
}

}  // namespace
}  // namespace countersign::registry

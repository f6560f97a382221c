// SPDX-License-Identifier: Apache-2.0
#include "net/no_proxy.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

namespace countersign::net {
namespace {

bool covers(const std::string& entry, std::string_view host) {
  const std::vector<std::string> entries{entry};
  return NoProxy::parse(entries).value().covers(host);
}

TEST(NoProxy, ComparesHostsWithEntries) {
  const struct {
    const char *entry, *host;
    bool covered;
  } rows[] = {
      {"registry.corp", "registry.corp", true},
      {"Registry.Corp", "registry.corp", true},
      {"registry.corp.", "registry.corp", true},
      {"registry.corp", "registry.corp.", true},
      {"registry", "registry", true},
      {"a_b.corp", "a_b.corp", true},
      {"registry.corp", "a.registry.corp", false},
      {"registry.corp", "xregistry.corp", false},
      {"registry.corp", "registry.corp.evil.example", false},
      {"registry.corp", "corp", false},
      {".corp", "registry.corp", true},
      {".corp", "a.registry.corp", true},
      {".corp", "corp", true},  // as libcurl
      {".Corp.", "registry.corp.", true},
      {".corp", "evilcorp", false},
      {".corp", "registry.corp.evil.example", false},
      {".1", "h.1", true},
      {"10.0.0.0/8", "10.1.2.3", true},
      {"10.0.0.0/8", "11.1.2.3", false},
      {"10.1.2.3", "10.1.2.3", true},
      {"10.1.2.3", "10.1.2.30", false},
      {"10.0.0.0/8", "[::ffff:10.1.2.3]", true},
      {"fd00::/8", "[fd00::1]", true},
      {"fd00::/8", "[fe80::1]", false},
      {"::1", "[::1]", true},
      {"10.0.0.0/8", "registry.corp", false},
      {"10.0.0.0/8", "10.example", false},
      {".2.3", "10.1.2.3", false},  // a domain covers no address
  };
  for (const auto& [entry, host, covered] : rows) {
    EXPECT_EQ(covers(entry, host), covered) << entry << " " << host;
  }
}

TEST(NoProxy, RefusesEntriesThatMeanNothing) {
  for (const std::string entry : {"",
                                  ".",
                                  "..",
                                  "*",
                                  "*.corp",
                                  "a..b",
                                  "..corp",
                                  "host:5000",
                                  "10.0.0.1:5000",
                                  "10.0.0.300",
                                  "10.0.0.7/8",
                                  "10.0.0.0/33",
                                  "fd00::/129",
                                  "[::1]",
                                  "http://host",
                                  "host/path",
                                  "a b",
                                  "h\xc3\xa4",
                                  "host.example,other.example",
                                  "10",
                                  "0x7f.1.2.3/8"}) {
    const std::vector<std::string> entries{"good.example", entry};
    const auto parsed = NoProxy::parse(entries);
    ASSERT_FALSE(parsed) << entry;
    EXPECT_EQ(parsed.error().reason, Reason::BadConfig) << entry;
  }
  EXPECT_FALSE(NoProxy::parse(std::vector<std::string>{std::string(64, 'a')}));
  EXPECT_TRUE(NoProxy::parse(std::vector<std::string>{std::string(63, 'a')}));
  std::string long_name = "a";
  while (long_name.size() <= limits::kHostBytes) {
    long_name += ".a";
  }
  EXPECT_FALSE(NoProxy::parse(std::vector<std::string>{long_name}));
}

TEST(NoProxy, HasALimit) {
  std::vector<std::string> entries(limits::kNoProxy, "host.example");
  EXPECT_TRUE(NoProxy::parse(entries));
  entries.emplace_back("host.example");
  EXPECT_FALSE(NoProxy::parse(entries));
}

TEST(NoProxy, CoversNothingByItself) { EXPECT_FALSE(NoProxy().covers("host.example")); }

}  // namespace
}  // namespace countersign::net

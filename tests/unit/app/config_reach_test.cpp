// SPDX-License-Identifier: Apache-2.0
// What registries, their mirrors and revocation sources have in common.
#include <gtest/gtest.h>

#include "app/config_sections.h"

namespace countersign::app {
namespace {

struct Read {
  net::TransportOptions transport;
  std::vector<std::string> problems;
  std::string effective;
};

Read read(std::string_view text) {
  const auto document = Document::parse(text, "c.yaml");
  EXPECT_TRUE(document) << document.error();
  auto root = document->root();
  Read read;
  read_reach(root, read.transport);
  read.problems = document->problems();
  read.effective = document->effective();
  return read;
}

TEST(ConfigReach, NeedsNothing) {
  const auto [transport, problems, effective] = read("{}");
  EXPECT_TRUE(problems.empty());
  EXPECT_TRUE(transport.allowed.empty());
  EXPECT_EQ(transport.proxy, "");
  EXPECT_TRUE(transport.no_proxy.empty());
}

TEST(ConfigReach, NeverAllowsTheMetadataService) {  // AZ-16
  for (const auto* range : {"169.254.169.254", "169.254.0.0/16", "0.0.0.0/0", "::/0"}) {
    const auto [transport, problems, effective] =
        read("allowAddresses: ['" + std::string(range) + "']");
    EXPECT_EQ(problems.size(), 1U) << range;
    EXPECT_TRUE(transport.allowed.empty()) << range;
  }
  EXPECT_TRUE(read("allowAddresses: ['169.254.1.0/24', 10.0.0.0/8]").problems.empty());
}

TEST(ConfigReach, ReadsProxies) {
  struct Row {
    const char* text;
    bool good;
  };
  for (const auto& row : {
           Row{"http://proxy.example:3128", true},
           Row{"https://proxy.example", true},
           Row{"http://[fd00::1]:3128/", true},
           Row{"http://robot:secret@proxy.example:3128", true},
           Row{"http://robot@proxy.example:3128", true},
           Row{"proxy.example:3128", false},
           Row{"robot:secret@proxy.example:3128", false},
           Row{"socks5://proxy.example", false},
           Row{"http://", false},
           Row{"http://robot:secret@", false},
           Row{"http://proxy.example:3128/path", false},
           Row{"http://proxy.example:3128/@other.example", false},
           Row{"http://proxy.example?@other.example", false},
           Row{"http://a@b@proxy.example", false},
           Row{"a@http://proxy.example", false},
       }) {
    const auto [transport, problems, effective] = read("proxy: '" + std::string(row.text) + "'");
    EXPECT_EQ(problems.empty(), row.good) << row.text;
    EXPECT_EQ(transport.proxy, row.good ? row.text : "");
    EXPECT_EQ(effective.find("secret"), std::string::npos) << effective;
    for (const auto& problem : problems) {
      EXPECT_EQ(problem.find("secret"), std::string::npos) << problem;
    }
  }
}

TEST(ConfigReach, ShowsAProxyWithoutItsPassword) {
  const auto shown = read("proxy: 'http://robot:secret@proxy.example:3128'").effective;
  EXPECT_NE(shown.find("http://********@proxy.example:3128"), std::string::npos) << shown;
}

TEST(ConfigReach, NeedsAProxyToGoWithoutOne) {
  EXPECT_TRUE(read("{proxy: 'http://p.example', noProxy: [.internal]}").problems.empty());
  EXPECT_EQ(read("noProxy: [.internal]").problems.size(), 1U);
  EXPECT_EQ(read("noProxy: internal").problems.size(), 1U);
}

TEST(ConfigReach, ReadsAddressesToConnectTo) {
  struct Row {
    const char* text;
    bool good;
  };
  for (const auto& row : {
           Row{"r.example:443:127.0.0.1:5000", true},
           Row{"r.example:443:[::1]:5000", true},
           Row{"[::1]:443:127.0.0.1:5000", true},
           Row{"", false},
           Row{"r.example", false},
           Row{"r.example:443", false},
           Row{"r.example:443:127.0.0.1", false},
           Row{"r.example:443:localhost:80", false},
           Row{"r.example:0:127.0.0.1:80", false},
           Row{"r.example:443:127.0.0.1:99999", false},
           Row{"r.example:443:127.0.0.1:80:", false},
           Row{":443:127.0.0.1:80", false},
           Row{"[::1:443:127.0.0.1:80", false},
       }) {
    EXPECT_EQ(parse_resolve(row.text).has_value(), row.good) << row.text;
  }
  const auto resolve = parse_resolve("r.example:443:[::1]:5000");
  ASSERT_TRUE(resolve);
  EXPECT_EQ(resolve->host, "r.example");
  EXPECT_EQ(resolve->port, 443);
  EXPECT_EQ(resolve->address, "::1");
  EXPECT_EQ(resolve->target_port, 5000);
}

}  // namespace
}  // namespace countersign::app

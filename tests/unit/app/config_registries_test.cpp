// SPDX-License-Identifier: Apache-2.0
// The section `registries`.
#include <gtest/gtest.h>

#include "app/config_sections.h"
#include "samples.h"

namespace countersign::app {
namespace {

struct Read {
  std::vector<RegistrySetup> registries;
  std::vector<std::string> problems;
};

Read read(std::string_view registry, const std::filesystem::path& file = "/etc/c.yaml") {
  const TestServices services;
  const auto document = Document::parse("registries: [" + std::string(registry) + "]", file);
  EXPECT_TRUE(document) << document.error();
  auto root = document->root();
  auto registries = read_registries(root, builtins(), services.services);
  return {std::move(registries), document->problems()};
}

TEST(ConfigRegistries, ReadsHowARegistryIsReached) {
  const auto [registries, problems] = read(
      "{host: 'r.example:5000', plainHttp: true, caFile: ca.pem, allowAddresses: "
      "[127.0.0.1, 10.0.0.0/8], resolve: ['r.example:5000:127.0.0.1:80'], "
      "tokenRealms: ['https://auth.example']}");
  ASSERT_TRUE(problems.empty()) << problems.front();
  ASSERT_EQ(registries.size(), 1U);
  const auto& registry = registries.front();
  EXPECT_EQ(registry.host, "r.example:5000");
  EXPECT_EQ(registry.transport.plain_http, net::PlainHttp::Allow);
  EXPECT_EQ(registry.transport.ca_file, "/etc/ca.pem");
  EXPECT_EQ(registry.transport.allowed.size(), 2U);
  ASSERT_EQ(registry.transport.overrides.size(), 1U);
  EXPECT_EQ(registry.transport.overrides[0].target_port, 80);
  EXPECT_EQ(registry.realms, std::vector<std::string>{"https://auth.example"});
  EXPECT_NE(registry.credentials, nullptr);
}

TEST(ConfigRegistries, AsksSafelyUnlessToldOtherwise) {
  const auto [registries, problems] = read("{host: ghcr.io}");
  ASSERT_TRUE(problems.empty());
  EXPECT_EQ(registries[0].transport.plain_http, net::PlainHttp::Refuse);
  EXPECT_TRUE(registries[0].transport.allowed.empty());
}

TEST(ConfigRegistries, TakesALayoutInsteadOfANetwork) {
  const auto [registries, problems] = read("{host: demo.local, ociLayout: layouts/a}");
  ASSERT_TRUE(problems.empty());
  EXPECT_EQ(registries[0].layout, "/etc/layouts/a");
  EXPECT_FALSE(read("{host: demo.local, ociLayout: a, plainHttp: true}").problems.empty());
}

TEST(ConfigRegistries, RefusesWhatCantBeMeant) {
  for (const auto* registry : {
           "{}",
           "{host: ''}",
           "{host: https://ghcr.io}",
           "{host: GHCR.io}",
           "{host: 'ghcr.io/team'}",
           "{host: index.docker.io}",
           "{host: team}",
           "{host: 'r.example:0'}",
           "{host: '*.azurecr.io'}",
           "{host: ghcr.io, credentials: azure}",
           "{host: ghcr.io, allowAddresses: [host]}",
           "{host: ghcr.io, resolve: [x]}",
           "{host: ghcr.io, plainHttp: yes}",
           "{host: ghcr.io}, {host: ghcr.io}",
           "{host: ghcr.io, ociLayout: a, credentials: x}",
       }) {
    EXPECT_FALSE(read(registry).problems.empty()) << registry;
  }
}

TEST(ConfigRegistries, ReadsAddressesToConnectTo) {
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

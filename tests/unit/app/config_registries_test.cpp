// SPDX-License-Identifier: Apache-2.0
// The section `registries`.
#include <algorithm>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "app/config_sections.h"
#include "samples.h"

namespace countersign::app {
namespace {

struct Read {
  std::vector<RegistrySetup> registries;
  std::vector<std::string> problems;
};

Read read(std::string_view registry, const std::filesystem::path& file = "/etc/c.yaml") {
  TestServices services;  // with a cloud, as every configuration has one
  AzureSetup setup;
  setup.cloud = azure::Cloud::named("public").value();
  services.services.azure = std::make_shared<AzureAccess>(setup, services.clock);
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
  EXPECT_EQ(registry.settings.realms, std::vector<std::string>{"https://auth.example"});
  EXPECT_NE(registry.credentials, nullptr);
}

TEST(ConfigRegistries, AsksSafelyUnlessToldOtherwise) {
  const auto [registries, problems] = read("{host: ghcr.io}");
  ASSERT_TRUE(problems.empty());
  EXPECT_EQ(registries[0].transport.plain_http, net::PlainHttp::Refuse);
  EXPECT_TRUE(registries[0].transport.allowed.empty());
}

TEST(ConfigRegistries, ReadsWhatARegistryNeedsInACompany) {
  const auto [registries, problems] = read(
      "{host: r.example, clientCertificate: {certificate: tls.crt, key: /k/tls.key}, "
      "proxy: 'http://robot:secret@proxy.example:3128', noProxy: [.internal, 10.0.0.0/8], "
      "connections: 4, referrers: both, redirectHosts: ['*.blob.example', store.example]}");
  ASSERT_TRUE(problems.empty()) << problems.front();
  const auto& transport = registries[0].transport;
  EXPECT_EQ(transport.client_certificate, "/etc/tls.crt");
  EXPECT_EQ(transport.client_key, "/k/tls.key");
  EXPECT_EQ(transport.proxy, "http://robot:secret@proxy.example:3128");
  EXPECT_EQ(transport.no_proxy, (std::vector<std::string>{".internal", "10.0.0.0/8"}));
  EXPECT_EQ(transport.connections, 4U);
  const auto& settings = registries[0].settings;
  EXPECT_EQ(settings.referrers, registry::ReferrersBy::Both);
  ASSERT_EQ(settings.redirect_hosts.size(), 2U);
  EXPECT_TRUE(settings.redirect_hosts[0].matches("eu.blob.example"));
}

TEST(ConfigRegistries, KnowsEveryWayToReferrers) {
  using registry::ReferrersBy;
  struct Row {
    const char* text;
    ReferrersBy way;
  };
  for (const auto& row : {Row{"auto", ReferrersBy::Auto}, Row{"api", ReferrersBy::Api},
                          Row{"tag", ReferrersBy::Tag}, Row{"both", ReferrersBy::Both}}) {
    const auto [registries, problems] =
        read("{host: ghcr.io, referrers: " + std::string(row.text) + "}");
    ASSERT_TRUE(problems.empty()) << row.text;
    EXPECT_EQ(registries[0].settings.referrers, row.way) << row.text;
  }
}

TEST(ConfigRegistries, ReadsMirrorsInOrder) {
  const auto [registries, problems] = read(
      "{host: docker.io, credentials: anonymous, mirrors: ["
      "{host: 'cache.example:5000', prefix: hub/library-cache, plainHttp: true, caFile: ca.pem}, "
      "{host: second.example, tags: true, credentials: {kind: basic, username: a, password: b}}]}");
  ASSERT_TRUE(problems.empty()) << problems.front();
  const auto& mirrors = registries[0].mirrors;
  ASSERT_EQ(mirrors.size(), 2U);
  EXPECT_EQ(mirrors[0].host, "cache.example:5000");
  EXPECT_EQ(mirrors[0].prefix, "hub/library-cache");
  EXPECT_EQ(mirrors[0].word, registry::Place::Word::Contents);
  EXPECT_EQ(mirrors[0].transport.plain_http, net::PlainHttp::Allow);
  EXPECT_EQ(mirrors[0].transport.ca_file, "/etc/ca.pem");
  EXPECT_NE(mirrors[0].credentials, nullptr);
  EXPECT_EQ(mirrors[1].word, registry::Place::Word::Everything);
  EXPECT_EQ(registries[0].itself, RegistrySetup::Itself::Asked);
  EXPECT_EQ(registries[0].transport.plain_http, net::PlainHttp::Refuse);
}

TEST(ConfigRegistries, TakesMirrorsInsteadOfTheRegistry) {
  const auto [registries, problems] =
      read("{host: docker.io, mirrorsOnly: true, mirrors: [{host: cache.example}]}");
  ASSERT_TRUE(problems.empty()) << problems.front();
  EXPECT_EQ(registries[0].itself, RegistrySetup::Itself::NeverAsked);
  EXPECT_EQ(registries[0].mirrors[0].word, registry::Place::Word::Everything);
}

TEST(ConfigRegistries, NamesThePlaceOfAMistakeInAMirror) {
  const auto problems =
      read("{host: docker.io, mirrors: [{host: a.example, mirrors: []}, {prefix: /x}]}").problems;
  for (const auto* place : {"/etc/c.yaml:1:60: ", "/etc/c.yaml:1:74: ", "/etc/c.yaml:1:83: "}) {
    EXPECT_TRUE(std::ranges::any_of(problems, [place](const std::string& problem) {
      return problem.starts_with(place);
    })) << place;
  }
}

TEST(ConfigRegistries, TakesALayoutInsteadOfANetwork) {
  const auto [registries, problems] = read("{host: demo.local, ociLayout: layouts/a}");
  ASSERT_TRUE(problems.empty());
  EXPECT_EQ(registries[0].layout, "/etc/layouts/a");
  EXPECT_FALSE(read("{host: demo.local, ociLayout: a, plainHttp: true}").problems.empty());
}

TEST(ConfigRegistries, RefusesTooManyMirrors) {
  for (const auto& [count, good] :
       {std::pair(limits::kMirrors, true), std::pair(limits::kMirrors + 1, false)}) {
    std::string mirrors;
    for (std::size_t number = 0; number < count; ++number) {
      mirrors += "{host: m" + std::to_string(number) + ".example}, ";
    }
    EXPECT_EQ(read("{host: ghcr.io, mirrors: [" + mirrors + "]}").problems.empty(), good);
  }
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
           "{host: '*.example.com'}",
           "{host: ghcr.io, credentials: azure}",
           "{host: ghcr.io, allowAddresses: [host]}",
           "{host: ghcr.io, resolve: [x]}",
           "{host: ghcr.io, plainHttp: yes}",
           "{host: ghcr.io}, {host: ghcr.io}",
           "{host: ghcr.io, ociLayout: a, credentials: x}",
           "{host: ghcr.io, ociLayout: a, mirrors: [{host: a.example}]}",
           "{host: ghcr.io, clientCertificate: {certificate: a}}",
           "{host: ghcr.io, clientCertificate: {key: a}}",
           "{host: ghcr.io, clientCertificate: a}",
           "{host: ghcr.io, connections: 0}",
           "{host: ghcr.io, connections: 257}",
           "{host: ghcr.io, connections: many}",
           "{host: ghcr.io, referrers: API}",
           "{host: ghcr.io, referrers: none}",
           "{host: ghcr.io, redirectHosts: ['*']}",
           "{host: ghcr.io, redirectHosts: ['https://store.example']}",
           "{host: ghcr.io, tokenRealms: [auth.example]}",
           "{host: ghcr.io, tokenRealms: ['https://auth.example/token']}",
           "{host: ghcr.io, mirrors: {host: a.example}}",
           "{host: ghcr.io, mirrors: [{}]}",
           "{host: ghcr.io, mirrors: [{host: ghcr.io}]}",
           "{host: ghcr.io, mirrors: [{host: 'https://a.example'}]}",
           "{host: ghcr.io, mirrors: [{host: a.example, prefix: a/}]}",
           "{host: ghcr.io, mirrors: [{host: a.example, prefix: /a}]}",
           "{host: ghcr.io, mirrors: [{host: a.example, prefix: A}]}",
           "{host: ghcr.io, mirrors: [{host: a.example, prefix: 'a:b'}]}",
           "{host: ghcr.io, mirrors: [{host: a.example, mirrors: [{host: b.example}]}]}",
           "{host: ghcr.io, mirrors: [{host: a.example, mirrorsOnly: true}]}",
           "{host: ghcr.io, mirrors: [{host: a.example, ociLayout: a}]}",
           "{host: ghcr.io, mirrorsOnly: true}",
           "{host: ghcr.io, mirrorsOnly: true, caFile: a, mirrors: [{host: a.example}]}",
           "{host: ghcr.io, tags: true}",
       }) {
    EXPECT_FALSE(read(registry).problems.empty()) << registry;
  }
}

}  // namespace
}  // namespace countersign::app

// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "samples.h"

namespace countersign::app {
namespace {

using namespace std::chrono_literals;

std::expected<Config, Problems> parse(const std::string& gatekeeper) {
  const TestServices services;
  return parse_config(SignedImage().config("server: {tls: {certificate: a.crt, key: a.key}}\n" +
                                           (gatekeeper.empty() ? "" : "gatekeeper: " + gatekeeper)),
                      "/etc/countersign/c.yaml", builtins(), services.services);
}

GatekeeperSetup setup_of(const std::string& gatekeeper) {
  const auto config = parse(gatekeeper);
  EXPECT_TRUE(config) << config.error().front();
  return config ? config->server->gatekeeper.value_or(GatekeeperSetup{}) : GatekeeperSetup{};
}

TEST(ConfigGatekeeper, IsOffUnlessItIsThere) {
  const auto config = parse("");
  ASSERT_TRUE(config);
  EXPECT_FALSE(config->server->gatekeeper);
  EXPECT_EQ(config->effective.find("\ngatekeeper:"), std::string::npos);
}

TEST(ConfigGatekeeper, SharesTheWebhooksListenerByDefault) {
  const auto setup = setup_of("{}");
  EXPECT_FALSE(setup.listener);
  EXPECT_EQ(setup.timeout, 2'500ms);
  EXPECT_EQ(setup.verifier, "notation");
}

TEST(ConfigGatekeeper, HasAListenerOfItsOwn) {
  const auto setup = setup_of(
      "{timeout: 900ms, verifierName: verifier-notation, listen: '[::]:6001', tls: "
      "{certificate: g.crt, key: /g.key, clients: {authorities: ca.crt, names: [gatekeeper]}}}");
  EXPECT_EQ(setup.timeout, 900ms);
  EXPECT_EQ(setup.verifier, "verifier-notation");
  ASSERT_TRUE(setup.listener);
  EXPECT_EQ(setup.listener->listen, "[::]:6001");
  EXPECT_EQ(setup.listener->tls.certificate, "/etc/countersign/g.crt");
  EXPECT_EQ(setup.listener->tls.key, "/g.key");
  EXPECT_EQ(setup.listener->tls.least, server::TlsMaterial::Least::Tls13);
  ASSERT_TRUE(setup.listener->tls.clients);
  EXPECT_EQ(setup.listener->tls.clients->authorities, "/etc/countersign/ca.crt");
  EXPECT_EQ(setup.listener->tls.clients->names, std::vector<std::string>{"gatekeeper"});
}

TEST(ConfigGatekeeper, MayServeAnOlderTls) {
  const auto setup = setup_of("{listen: ':1', tls: {certificate: a, key: b, minVersion: '1.2'}}");
  ASSERT_TRUE(setup.listener);
  EXPECT_EQ(setup.listener->tls.least, server::TlsMaterial::Least::Tls12);
  EXPECT_FALSE(setup.listener->tls.clients);
}

TEST(ConfigGatekeeper, SharesACertificateThatKeepsItself) {
  const TestServices services;
  const auto config =
      parse_config(SignedImage().config(
                       "server: {tls: {selfManaged: {secret: a/b, webhook: c, dnsNames: [d]}}}\n"
                       "gatekeeper: {listen: ':1'}\n"),
                   "/etc/c.yaml", builtins(), services.services);
  ASSERT_TRUE(config) << config.error().front();
  ASSERT_TRUE(config->server->gatekeeper->listener);
  EXPECT_EQ(config->server->gatekeeper->listener->tls.certificate, "");
  EXPECT_EQ(config->server->gatekeeper->listener->tls.least, server::TlsMaterial::Least::Tls13);
}

TEST(ConfigGatekeeper, ShowsWhatIsInEffect) {
  const auto config = parse("{}");
  ASSERT_TRUE(config);
  EXPECT_NE(config->effective.find("timeout: 2500ms"), std::string::npos) << config->effective;
  EXPECT_NE(config->effective.find("verifierName: notation"), std::string::npos);
}

TEST(ConfigGatekeeper, NamesThePlaceOfEveryMistake) {
  struct Row {
    const char* gatekeeper;
    const char* place;
    const char* said;
  };
  for (const auto& row : {
           Row{"{timeout: 2.5}", ":11:23:", "100ms to 29s"},
           Row{"{timeout: 99ms}", ":11:23:", "100ms to 29s"},
           Row{"{timeout: 30s}", ":11:23:", "100ms to 29s"},
           Row{"{verifierName: ''}", ":11:28:", "is empty"},
           Row{"{tls: {certificate: a, key: b}}", ":11:19:", "listen"},
           Row{"{listen: '', tls: {certificate: a, key: b}}", ":11:22:", "is empty"},
           Row{"{listen: ':1'}", ":11:", "certificate: is missing"},
           Row{"{listen: ':1', tls: {certificate: a}}", ":11:33:", "key: is missing"},
           Row{"{listen: ':1', tls: {certificate: a, key: b, minVersion: '1.1'}}",
               ":11:70:", "\"1.2\" or \"1.3\""},
           Row{"{listen: ':1', tls: {certificate: a, key: b, clients: {}}}",
               ":11:67:", "authorities: is missing"},
           Row{"{listen: ':1', tls: {certificate: a, key: b, clients: {authorities: c, names: "
               "[]}}}",
               ":11:91:", "at least one name"},
           Row{"{mutate: true}", ":11:14:", "unknown key \"mutate\""},
       }) {
    const auto config = parse(row.gatekeeper);
    ASSERT_FALSE(config) << row.gatekeeper;
    const auto& problem = config.error().front();
    EXPECT_TRUE(problem.starts_with("/etc/countersign/c.yaml" + std::string(row.place))) << problem;
    EXPECT_NE(problem.find(row.said), std::string::npos) << problem;
  }
}

}  // namespace
}  // namespace countersign::app

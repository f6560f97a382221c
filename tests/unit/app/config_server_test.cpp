// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <gtest/gtest.h>

#include "app/config.h"
#include "samples.h"

namespace countersign::app {
namespace {

using std::chrono::seconds;

std::expected<Config, Problems> parse(const std::string& server) {
  const TestServices services;
  return parse_config(SignedImage().config("server: " + server + "\n"), "/etc/c.yaml", builtins(),
                      services.services);
}

const std::string kTls = "certificate: tls.crt, key: tls.key";

TEST(ConfigServer, HasDefaults) {
  const auto config = parse("{tls: {" + kTls + "}}");
  ASSERT_TRUE(config) << config.error().front();
  const auto& server = *config->server;
  EXPECT_EQ(server.listen, "[::]:8443");
  EXPECT_EQ(server.tls.certificate, "/etc/tls.crt");
  EXPECT_EQ(server.tls.key, "/etc/tls.key");
  EXPECT_EQ(server.tls.least, server::TlsMaterial::Least::Tls12);
  EXPECT_TRUE(server.tls.expected_names.empty());
  EXPECT_FALSE(server.tls.clients);
  EXPECT_FALSE(server.registration);
  EXPECT_EQ(server.drain.delay, seconds(5));
  EXPECT_EQ(server.drain.wait, seconds(25));
  EXPECT_NE(config->effective.find("delay: 5s"), std::string::npos);
}

TEST(ConfigServer, ReadsAllOfIt) {
  const auto config =
      parse("{tls: {" + kTls +
            ", minVersion: '1.3', expectNames: [a.b.svc], clients: {authorities: ca.crt, names: "
            "[kube-apiserver, x]}}, registration: cs, drain: {delay: 0s, wait: 1m}}");
  ASSERT_TRUE(config) << config.error().front();
  const auto& server = *config->server;
  EXPECT_EQ(server.tls.least, server::TlsMaterial::Least::Tls13);
  EXPECT_EQ(server.tls.expected_names, std::vector<std::string>{"a.b.svc"});
  ASSERT_TRUE(server.tls.clients);
  EXPECT_EQ(server.tls.clients->authorities, "/etc/ca.crt");
  EXPECT_EQ(server.tls.clients->names, (std::vector<std::string>{"kube-apiserver", "x"}));
  EXPECT_EQ(server.registration->text(), "validating webhook configuration cs");
  EXPECT_EQ(server.drain.delay, seconds(0));
  EXPECT_EQ(server.drain.wait, seconds(60));
}

TEST(ConfigServer, NamesEveryMistake) {
  struct Row {
    std::string server;
    std::string said;
  };
  const auto clients = [](const std::string& text) {
    return "{tls: {" + kTls + ", clients: " + text + "}}";
  };
  const auto drain = [](const std::string& text) {
    return "{tls: {" + kTls + "}, drain: " + text + "}";
  };
  std::string many = "a";
  for (int name = 0; name < 64; ++name) {
    many += ", b" + std::to_string(name);
  }
  for (const auto& row : std::vector<Row>{
           {"{}", "certificate: is missing"},
           {"{tls: {certificate: a}}", "key: is missing"},
           {"{tls: {" + kTls + ", minVersion: '1.1'}}", "minVersion"},
           {"{tls: {" + kTls + ", expectNames: a}}", "expectNames: a list"},
           {"{tls: {" + kTls + ", expectNames: [" + many + "]}}", "expectNames: more than 64"},
           {"{tls: {" + kTls + "}, registration: C_S}", "registration: no validating webhook"},
           {clients("{names: [a]}"), "authorities: is missing"},
           {clients("{authorities: ca.crt}"), "names: at least one name"},
           {clients("{authorities: ca.crt, names: []}"), "names: at least one name"},
           {clients("{authorities: ca.crt, names: ['']}"), "names: text is expected"},
           {clients("{authorities: ca.crt, names: [" + many + "]}"), "names: more than 64"},
           {clients("{authorities: ca.crt, names: [a], optional: true}"), "\"optional\""},
           {drain("{delay: 5}"), "delay"},
           {drain("{delay: 25s}"), "delay: is part of wait"},
           {drain("{wait: 0s}"), "wait: 1s to 10m"},
           {drain("{wait: 11m}"), "wait: 1s to 10m"},
           {drain("{delay: 3s, wait: 3s}"), "delay: is part of wait, 3s"},
       }) {
    const auto config = parse(row.server);
    ASSERT_FALSE(config) << row.server;
    EXPECT_TRUE(std::ranges::any_of(
        config.error(),
        [&row](const std::string& problem) { return problem.find(row.said) != std::string::npos; }))
        << row.server << " gave " << ::testing::PrintToString(config.error());
  }
}

}  // namespace
}  // namespace countersign::app

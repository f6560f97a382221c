// SPDX-License-Identifier: Apache-2.0
#include "app/config.h"

#include <gtest/gtest.h>

#include "samples.h"

namespace countersign::app {
namespace {

std::expected<Config, Problems> parse(std::string_view text) {
  const TestServices services;
  return parse_config(text, "/etc/countersign/c.yaml", builtins(), services.services);
}

Problems problems(std::string_view text) {
  const auto config = parse(text);
  return config ? Problems{} : config.error();
}

// A complete file, with one text replaced by another.
std::string with(std::string_view from, std::string_view to) {
  std::string text = SignedImage().config(
      "server:\n  tls: {certificate: tls.crt, key: tls.key}\nlog: {level: debug, format: text}\n");
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(Config, ReadsAllOfIt) {
  const auto config = parse(with("", ""));
  ASSERT_TRUE(config) << config.error().front();
  ASSERT_TRUE(config->server);
  EXPECT_EQ(config->server->listen, "[::]:8443");
  EXPECT_EQ(config->server->admin_listen, "[::]:9090");
  EXPECT_EQ(config->server->tls.certificate, "/etc/countersign/tls.crt");
  EXPECT_EQ(config->server->tls.least, server::TlsMaterial::Least::Tls12);
  EXPECT_EQ(config->log.level, log::Level::Debug);
  EXPECT_EQ(config->log.format, log::Format::Text);
  EXPECT_EQ(config->setup.stores.size(), 1U);
  EXPECT_EQ(config->setup.registries.size(), 1U);
  EXPECT_EQ(config->setup.rules.rules().size(), 1U);
}

TEST(Config, NeedsNoServerToVerify) {
  const auto config = parse(SignedImage().config());
  ASSERT_TRUE(config) << config.error().front();
  EXPECT_FALSE(config->server);
}

TEST(Config, NamesTheLineOfEveryMistake) {  // POL-02, AW-119
  struct Row {
    const char* from;
    const char* to;
    const char* place;
    const char* said;
  };
  for (const auto& row : std::vector<Row>{
           {"version: 1", "version: 2", ":1:10:", "version"},
           {"version: 1\n", "", ":1:1:", "version: is missing"},
           {"rules:", "rulez:", ":3:3:", "unknown key \"rulez\""},
           {"action: verify", "action: verfy", ":4:63:", "action"},
           {"name: signed", "name: signed, name: x", ":4:22:", "given twice"},
           {"source: files", "source: filez", ":7:34:", "none of azureKeyVault, files"},
           {"\"ca:vectors\"", "\"CA:vectors\"", ":7:12:", "name"},
           {"\"ca:vectors\"", "\"ca:other\"", ":5:14:", "ca:vectors is not one of trustStores"},
           {"host: registry.example", "host: https://registry.example", ":9:12:", "host"},
           {"key: tls.key", "kee: tls.key", ":11:31:", "unknown key \"kee\""},
           {"level: debug", "level: loud", ":12:14:", "level"},
           {"format: text", "format: [text]", ":12:29:", "format"},
           {"log:", "lug:", ":12:1:", "unknown key \"lug\""},
           {"log:", "revocation: {cacheFile: x}\nlog:", ":12:14:", "unknown key \"cacheFile\""},
           {"log:", "verification: {revocation: [{statement: x}]}\nlog:", ":12:41:", "statement"},
       }) {
    const auto found = problems(with(row.from, row.to));
    ASSERT_FALSE(found.empty()) << row.to;
    const auto is_it = [&row](const std::string& problem) {
      return problem.starts_with("/etc/countersign/c.yaml" + std::string(row.place)) &&
             problem.find(row.said) != std::string::npos;
    };
    EXPECT_TRUE(std::ranges::any_of(found, is_it))
        << row.to << " gave " << ::testing::PrintToString(found);
  }
}

TEST(Config, TellsEveryMistakeAtOnceInTheOrderOfTheFile) {
  const auto found = problems(with("version: 1\n", "version: 2\nunknown: 1\n"));
  ASSERT_EQ(found.size(), 2U);
  EXPECT_NE(found[0].find(":1:10:"), std::string::npos) << found[0];
  EXPECT_NE(found[1].find(":2:1:"), std::string::npos) << found[1];
}

TEST(Config, ShowsTheDefaults) {
  const auto config = parse(with("", ""));
  ASSERT_TRUE(config);
  for (const auto* part : {"default: deny", "mode: enforce", "references: any", "minVersion: 1.2",
                           "maxSignatures: 50", "cacheBytes: 33554432"}) {
    EXPECT_NE(config->effective.find(part), std::string::npos) << part;
  }
}

TEST(Config, NamesAFileThatIsMissing) {
  TestServices services;
  const auto config = load_config("/nonexistent/c.yaml", builtins(), services.services);
  ASSERT_FALSE(config);
  EXPECT_NE(config.error().front().find("/nonexistent/c.yaml"), std::string::npos);
}

}  // namespace
}  // namespace countersign::app

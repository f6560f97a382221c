// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "app/config_document.h"
#include "app/config_sections.h"

namespace countersign::app {
namespace {

using cluster::Resource;

const std::string kWhole =
    "selfManaged: {secret: cs/tls, webhook: cs, dnsNames: [cs.cs.svc, cs], providers: [p], "
    "lifetime: {authority: 24h, leaf: 8h}}";

struct Read {
  std::optional<serving::KeeperSetup> setup;
  std::vector<std::string> problems;
};

Read read(const std::string& text) {
  const auto document = Document::parse(text, "c.yaml");
  EXPECT_TRUE(document) << document.error();
  auto root = document->root();
  Read read{read_self_managed(root), {}};
  read.problems = document->problems();
  return read;
}

std::string with(std::string_view from, std::string_view to) {
  auto text = kWhole;
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(ConfigServing, ReadsAllOfIt) {
  const auto [setup, problems] = read(kWhole);
  ASSERT_TRUE(setup && problems.empty()) << problems.front();
  EXPECT_EQ(setup->secret.place(), "cs/tls");
  ASSERT_EQ(setup->targets.size(), 2U);
  EXPECT_EQ(setup->targets[0].kind(), Resource::Kind::ValidatingWebhookConfiguration);
  EXPECT_EQ(setup->targets[1].text(), "provider p");
  EXPECT_EQ(setup->dns_names, (std::vector<std::string>{"cs.cs.svc", "cs"}));
  EXPECT_EQ(setup->lifetimes.authority, std::chrono::hours(24));
  EXPECT_EQ(setup->lifetimes.leaf, std::chrono::hours(8));
}

TEST(ConfigServing, IsNotThereUnlessItIsWanted) {
  EXPECT_FALSE(read("x: 1").setup);
  const auto usual = read("selfManaged: {secret: cs/tls, webhook: cs, dnsNames: [cs.cs.svc]}");
  ASSERT_TRUE(usual.setup && usual.problems.empty());
  EXPECT_EQ(usual.setup->lifetimes.authority, limits::kAuthorityLife);
  EXPECT_EQ(usual.setup->lifetimes.leaf, limits::kLeafLife);
  EXPECT_EQ(usual.setup->targets.size(), 1U);
}

TEST(ConfigServing, NamesEveryMistake) {
  const struct {
    const char *from, *to, *said;
  } rows[] = {
      {"secret: cs/tls, ", "", "secret: is missing"},
      {"cs/tls", "tls", "NAMESPACE/NAME"},
      {"cs/tls", "cs/t/ls", "NAMESPACE/NAME"},
      {"cs/tls", "CS/tls", "NAMESPACE/NAME"},
      {"webhook: cs", "webhook: C_S", "can have this name"},
      {"[cs.cs.svc, cs]", "[]", "dnsNames"},
      {"[cs.cs.svc, cs]", "['*.svc']", "no DNS name"},
      {"[cs.cs.svc, cs]", "['10.0.0.1/8']", "no DNS name"},
      {"[p]", "[P]", "can have this name"},
      {"24h", "23h", "24h to 87600h"},
      {"24h", "90000h", "24h to 87600h"},
      {"8h", "59m", "at least 1h"},
      {"8h", "8h1m", "a third"},
      {"leaf:", "leave:", "unknown key"},
      {"providers:", "provider:", "unknown key"},
  };
  for (const auto& row : rows) {
    const auto [setup, problems] = read(with(row.from, row.to));
    ASSERT_FALSE(problems.empty()) << row.to;
    EXPECT_TRUE(std::ranges::any_of(problems, [&row](const auto& each) {
      return each.find(row.said) != std::string::npos;
    })) << problems.front();
  }
}

// Behind Gatekeeper alone there is no webhook.
TEST(ConfigServing, KeepsTheBundleOfSomebody) {
  const auto provider = read(with("webhook: cs, ", ""));
  ASSERT_TRUE(provider.setup && provider.problems.empty()) << provider.problems.front();
  ASSERT_EQ(provider.setup->targets.size(), 1U);
  EXPECT_EQ(provider.setup->targets.front().text(), "provider p");
  const auto nobody = read("selfManaged: {secret: cs/tls, dnsNames: [cs.cs.svc]}");
  ASSERT_EQ(nobody.problems.size(), 1U);
  EXPECT_NE(nobody.problems.front().find("webhook: is missing"), std::string::npos);
}

TEST(ConfigServing, ReadsEvents) {
  const auto events = [](const std::string& text) {
    const auto document = Document::parse(text, "c.yaml");
    auto root = document->root();
    auto setup = read_events(root);
    return std::pair(setup, document->problems());
  };
  EXPECT_FALSE(events("{}").first);
  EXPECT_FALSE(events("events: {perMinute: 5}").first);
  EXPECT_EQ(events("events: {enabled: true}").first->per_minute, limits::kEventsPerMinute);
  EXPECT_EQ(events("events: {enabled: true, perMinute: 5}").first->per_minute, 5U);
  for (const auto* text : {"events: {perMinute: 0}", "events: {perMinute: 601}",
                           "events: {enabled: perhaps}", "events: {rate: 1}"}) {
    EXPECT_FALSE(events(text).second.empty()) << text;
  }
}

}  // namespace
}  // namespace countersign::app

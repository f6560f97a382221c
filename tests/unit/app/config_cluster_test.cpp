// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "app/config_sections.h"
#include "samples.h"

namespace countersign::app {
namespace {

struct Read {
  ClusterSetup setup;
  std::vector<std::string> problems;
};

Read read(std::string_view text) {
  const TestServices services;
  const auto document = Document::parse(text, "/etc/c.yaml");
  EXPECT_TRUE(document) << document.error();
  auto root = document->root();
  auto section = root.section("kubernetes");
  auto setup = read_cluster(section, services.services);
  return {std::move(setup), document->problems()};
}

TEST(ConfigCluster, IsTheClusterThatWeRunInWhenNothingIsSaid) {
  const auto [setup, problems] = read("{}");
  EXPECT_TRUE(problems.empty()) << problems.front();
  EXPECT_FALSE(setup.server);
  EXPECT_EQ(setup.token_file, cluster::kTokenFile);
  EXPECT_EQ(setup.transport.ca_file, cluster::kCaFile);
}

TEST(ConfigCluster, TakesAnotherApiServer) {
  const auto [setup, problems] = read(
      "kubernetes: {apiServer: 'https://10.0.0.1:6443', tokenFile: token, caFile: /ca.pem, "
      "allowAddresses: [10.0.0.0/8]}");
  EXPECT_TRUE(problems.empty()) << problems.front();
  ASSERT_TRUE(setup.server);
  EXPECT_EQ(setup.server->origin, "https://10.0.0.1:6443");
  EXPECT_EQ(setup.token_file, "/etc/token");
  EXPECT_EQ(setup.transport.ca_file, "/ca.pem");
  EXPECT_EQ(setup.transport.allowed.size(), 1U);
}

TEST(ConfigCluster, RefusesWhatIsNoApiServer) {
  for (const auto* value : {"'http://10.0.0.1'", "''", "'https://h/path'", "[]"}) {
    EXPECT_FALSE(read("kubernetes: {apiServer: " + std::string(value) + "}").problems.empty())
        << value;
  }
}

}  // namespace
}  // namespace countersign::app

// SPDX-License-Identifier: Apache-2.0
// The section `revocation`.
#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "app/config_sections.h"
#include "samples.h"

namespace countersign::app {
namespace {

struct Read {
  RevocationSetup setup;
  std::vector<std::string> problems;
};

Read read(std::string_view text) {
  const auto document = Document::parse(text, "/etc/c.yaml");
  EXPECT_TRUE(document) << document.error();
  auto root = document->root();
  auto setup = read_revocation(root);
  return {std::move(setup), document->problems()};
}

TEST(ConfigRevocation, ReadsHowSourcesAreReached) {
  const auto [setup, problems] = read(
      "revocation: {allowAddresses: [127.0.0.1, 10.0.0.0/8], resolve: ['crl.example:80:127.0.0.1:"
      "8080'], proxy: 'http://proxy.example:3128', cacheFolder: lists, cacheBytes: 8388608}");
  ASSERT_TRUE(problems.empty()) << problems.front();
  EXPECT_EQ(setup.where, "/etc/c.yaml:1:13");
  EXPECT_EQ(setup.transport.allowed.size(), 2U);
  ASSERT_EQ(setup.transport.overrides.size(), 1U);
  EXPECT_EQ(setup.transport.overrides[0].target_port, 8080);
  EXPECT_EQ(setup.transport.proxy, "http://proxy.example:3128");
  EXPECT_EQ(setup.settings.cache_folder, "/etc/lists");
  EXPECT_EQ(setup.settings.cache_bytes, 8 * limits::kMiB);
}

TEST(ConfigRevocation, AsksPublicAddressesAndKeepsListsInMemoryUnlessToldOtherwise) {
  const auto [setup, problems] = read("version: 1");
  EXPECT_TRUE(setup.transport.allowed.empty());
  EXPECT_TRUE(setup.transport.overrides.empty());
  EXPECT_TRUE(setup.transport.ca_file.empty());
  EXPECT_EQ(setup.transport.proxy, "");
  EXPECT_TRUE(setup.settings.cache_folder.empty());
  EXPECT_EQ(setup.settings.cache_bytes, limits::kRevocationCacheBytes);
}

TEST(ConfigRevocation, RefusesWhatCantBeMeant) {
  for (const auto* text : {
           "[]",
           "{allowAddress: [127.0.0.1]}",
           "{allowAddresses: [host]}",
           "{resolve: [x]}",
           "{proxy: 'proxy:3128'}",
           "{proxy: 'socks5://proxy:3128'}",
           "{proxy: 'http://user:password@proxy:3128/path'}",
           "{proxy: 'http://proxy:3128/path'}",
           "{proxy: 'http://proxy:3128/?query'}",
           "{cacheBytes: 0}",
           "{cacheBytes: 32MiB}",
           "{cacheBytes: 8388607}",
           "{cacheBytes: 1073741825}",
           "{caFile: a.pem}",
       }) {
    EXPECT_FALSE(read("revocation: " + std::string(text)).problems.empty()) << text;
  }
}

}  // namespace
}  // namespace countersign::app

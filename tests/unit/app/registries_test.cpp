// SPDX-License-Identifier: Apache-2.0
#include "app/registries.h"

#include <gtest/gtest.h>

#include "countersign/registry/docker_config.h"

#include "samples.h"

namespace countersign::app {
namespace {

RegistrySetup remote(std::string host) {
  RegistrySetup setup;
  setup.where = "c.yaml:1:1";
  setup.host = std::move(host);
  setup.credentials = one_for_all(registry::anonymous());
  return setup;
}

Result<std::unique_ptr<Registries>> create(std::vector<std::string> hosts, const Clock& clock) {
  std::vector<RegistrySetup> setups;
  for (auto& host : hosts) {
    setups.push_back(remote(std::move(host)));
  }
  return Registries::create(std::move(setups), clock);
}

std::optional<Reason> refused(Registries& registries, std::string_view image) {
  const auto repository = registries.open(*oci::ImageRef::parse(image), {});
  return repository ? std::nullopt : std::optional(repository.error().reason);
}

TEST(Registries, OpensOnlyWhatIsListed) {
  const test::FixedClock clock;
  const auto registries = create({"ghcr.io", "docker.io", "r.example:5000"}, clock);
  ASSERT_TRUE(registries);
  for (const auto* image : {"ghcr.io/a/b", "nginx", "index.docker.io/a/b", "r.example:5000/a"}) {
    EXPECT_EQ(refused(**registries, image), std::nullopt) << image;
  }
  for (const auto* image : {"ghcr.io.evil.example/a", "r.example/a", "r.example:5001/a",
                            "sub.ghcr.io/a", "169.254.169.254/a"}) {
    EXPECT_EQ(refused(**registries, image), Reason::RegistryNotAllowed) << image;
  }
}

TEST(Registries, ReadsALayoutWithoutANetwork) {
  const test::FixedClock clock;
  const SignedImage image;
  std::vector<RegistrySetup> setups(1);
  setups[0].host = "registry.example";
  setups[0].layout = image.folder / "layout";
  const auto registries = Registries::create(std::move(setups), clock);
  ASSERT_TRUE(registries);
  const auto reference = *oci::ImageRef::parse(image.image());
  const auto repository = (*registries)->open(reference, {});
  ASSERT_TRUE(repository);
  const auto manifest = (*repository)->resolve(reference, clock.in(std::chrono::seconds(1)));
  ASSERT_TRUE(manifest) << manifest.error().detail;
  EXPECT_EQ(manifest->digest.text(), image.digest);
}

TEST(Registries, NamesThePlaceOfACaFileThatCantBeRead) {
  const test::FixedClock clock;
  std::vector<RegistrySetup> setups;
  setups.push_back(remote("ghcr.io"));
  setups[0].transport.ca_file = "/nonexistent/ca.pem";
  const auto registries = Registries::create(std::move(setups), clock);
  ASSERT_FALSE(registries);
  EXPECT_EQ(registries.error().reason, Reason::BadConfig);
  EXPECT_TRUE(registries.error().detail.starts_with("c.yaml:1:1: "));
}

}  // namespace
}  // namespace countersign::app

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

RegistrySetup with_mirror(std::string host, std::string mirror) {
  auto setup = remote(std::move(host));
  auto& added = setup.mirrors.emplace_back();
  added.where = "c.yaml:2:2";
  added.host = std::move(mirror);
  added.credentials = one_for_all(registry::anonymous());
  return setup;
}

class RegistriesTest : public testing::Test {
 protected:
  Result<std::unique_ptr<Registries>> create(std::vector<RegistrySetup> setups) {
    app::Setup setup;
    setup.registries = std::move(setups);
    return Registries::create(
        std::move(setup),
        {.facts = facts_, .observer = observer_, .logger = *logger_, .clock = clock_});
  }
  Result<std::unique_ptr<Registries>> create(RegistrySetup setup) {
    std::vector<RegistrySetup> setups;
    setups.push_back(std::move(setup));
    return create(std::move(setups));
  }

  test::FixedClock clock_;
  registry::Facts facts_{clock_};
  std::unique_ptr<log::Logger> logger_ = log::make_silent_logger();
  courier::SilentObserver observer_;
};

std::optional<Reason> refused(Registries& registries, std::string_view image) {
  const auto repository = registries.open(*oci::ImageRef::parse(image), {});
  return repository ? std::nullopt : std::optional(repository.error().reason);
}

TEST_F(RegistriesTest, OpensOnlyWhatIsListed) {
  std::vector<RegistrySetup> setups;
  for (const auto* host : {"ghcr.io", "docker.io", "r.example:5000"}) {
    setups.push_back(remote(host));
  }
  const auto registries = create(std::move(setups));
  ASSERT_TRUE(registries);
  for (const auto* image : {"ghcr.io/a/b", "nginx", "index.docker.io/a/b", "r.example:5000/a"}) {
    EXPECT_EQ(refused(**registries, image), std::nullopt) << image;
  }
  for (const auto* image : {"ghcr.io.evil.example/a", "r.example/a", "r.example:5001/a",
                            "sub.ghcr.io/a", "169.254.169.254/a"}) {
    EXPECT_EQ(refused(**registries, image), Reason::RegistryNotAllowed) << image;
  }
}

class Watched final : public CredentialSource {  // whether anybody wants a credential
 public:
  explicit Watched(int& asked) : asked_(asked) {}
  std::shared_ptr<registry::CredentialProvider> provider_for(const kube::Puller&) override {
    ++asked_;
    return registry::anonymous();
  }
  Result<std::unique_ptr<CredentialSource>> for_member() const override {
    return std::make_unique<Watched>(asked_);
  }

 private:
  int& asked_;
};

// NET-01, NET-02: whoever writes a pod chooses its registry, and no credential leaves for one that
// is not listed, however alike.
TEST_F(RegistriesTest, AsksForNoCredentialsForWhatIsNotListed) {
  int asked = 0;
  auto setup = remote("myregistry.azurecr.io");
  setup.credentials = std::make_unique<Watched>(asked);
  const auto registries = create(std::move(setup));
  ASSERT_TRUE(registries);
  for (const auto* image :
       {"evil.example/a", "myregistry.azurecr.io.evil.example/a", "myregistry.azurecr.cn/a",
        "myregistry-azurecr.io/a", "xmyregistry.azurecr.io/a", "a.myregistry.azurecr.io/a",
        "azurecr.io/myregistry/a", "evil.example/myregistry.azurecr.io/a",
        "myregistry.azurecr.io:444/a", "nginx"}) {
    EXPECT_EQ(refused(**registries, image), Reason::RegistryNotAllowed) << image;
  }
  EXPECT_EQ(asked, 0);
  EXPECT_EQ(refused(**registries, "myregistry.azurecr.io/a"), std::nullopt);
  EXPECT_EQ(asked, 1);
}

TEST_F(RegistriesTest, ReadsALayoutWithoutANetwork) {
  const SignedImage image;
  RegistrySetup setup;
  setup.host = "registry.example";
  setup.layout = image.folder / "layout";
  const auto registries = create(std::move(setup));
  ASSERT_TRUE(registries);
  const auto reference = *oci::ImageRef::parse(image.image());
  const auto repository = (*registries)->open(reference, {});
  ASSERT_TRUE(repository);
  const auto manifest = (*repository)->resolve(reference, clock_.in(std::chrono::seconds(1)));
  ASSERT_TRUE(manifest) << manifest.error().detail;
  EXPECT_EQ(manifest->digest.text(), image.digest);
}

TEST_F(RegistriesTest, PublishesWhereTheRegistryItselfIsAsked) {
  auto only_mirrors = with_mirror("mirrored.example", "m.example");
  only_mirrors.itself = RegistrySetup::Itself::NeverAsked;
  RegistrySetup no_layout;
  no_layout.host = "layout.example";
  no_layout.layout = "/nonexistent";
  std::vector<RegistrySetup> setups;
  setups.push_back(with_mirror("ghcr.io", "m.example"));
  setups.push_back(std::move(only_mirrors));
  setups.push_back(std::move(no_layout));
  const auto registries = create(std::move(setups));
  ASSERT_TRUE(registries);
  const auto refused_for = [&](std::string_view image) {
    const auto publisher = (*registries)->publisher(*oci::ImageRef::parse(image), {});
    return publisher ? std::nullopt : std::optional(publisher.error().reason);
  };
  EXPECT_EQ(refused_for("ghcr.io/a"), std::nullopt);
  EXPECT_EQ(refused_for("mirrored.example/a"), Reason::BadConfig);
  EXPECT_EQ(refused_for("layout.example/a"), Reason::ImageNotFound);
  EXPECT_EQ(refused_for("m.example/a"), Reason::RegistryNotAllowed);
}

TEST_F(RegistriesTest, NamesThePlaceOfACaFileThatCantBeRead) {
  auto setup = remote("ghcr.io");
  setup.transport.ca_file = "/nonexistent/ca.pem";
  auto registries = create(std::move(setup));
  ASSERT_FALSE(registries);
  EXPECT_EQ(registries.error().reason, Reason::BadConfig);
  EXPECT_TRUE(registries.error().detail.starts_with("c.yaml:1:1: "));

  setup = with_mirror("ghcr.io", "m.example");
  setup.mirrors[0].transport.ca_file = "/nonexistent/ca.pem";
  registries = create(std::move(setup));
  ASSERT_FALSE(registries);
  EXPECT_TRUE(registries.error().detail.starts_with("c.yaml:2:2: "));
}

TEST_F(RegistriesTest, JudgesNoImageUnderTheNameOfAMirror) {
  const auto registries = create(with_mirror("docker.io", "m.example:5000"));
  ASSERT_TRUE(registries);
  EXPECT_EQ(refused(**registries, "nginx"), std::nullopt);
  EXPECT_EQ(refused(**registries, "m.example:5000/library/nginx"), Reason::RegistryNotAllowed);
}

TEST_F(RegistriesTest, KnowsTheHostsThatRequestsGoTo) {
  app::Setup setup;
  setup.registries.push_back(with_mirror("docker.io", "m.example:5000"));
  setup.registries.push_back(remote("ghcr.io"));
  EXPECT_EQ(hosts_of(setup), (Hosts{"registry-1.docker.io", "m.example:5000", "ghcr.io"}));
}

// NET-02: the family is what the cloud's owner gives out, and what looks like it is nothing.
TEST_F(RegistriesTest, OpensTheRegistriesOfAFamilyAndWhatIsListed) {
  int listed = 0;
  int family = 0;
  std::vector<RegistrySetup> setups;
  setups.push_back(remote("contoso.azurecr.io"));
  setups.back().credentials = std::make_unique<Watched>(listed);
  setups.push_back(remote("*.azurecr.io"));
  setups.back().credentials = std::make_unique<Watched>(family);
  setups.back().family =
      azure::RegistryFamily::parse("*.azurecr.io", azure::Cloud::named("public").value()).value();
  const auto registries = create(std::move(setups));
  ASSERT_TRUE(registries);
  EXPECT_EQ(refused(**registries, "contoso.azurecr.io/a"), std::nullopt);
  EXPECT_EQ(listed, 1) << "a registry that is listed is no member";
  EXPECT_EQ(refused(**registries, "fabrikam.azurecr.io/a"), std::nullopt);
  EXPECT_EQ(refused(**registries, "northwind-a1b2.azurecr.io/a"), std::nullopt);
  EXPECT_EQ(family, 2);
  for (const auto* image :
       {"evil.example/a", "fabrikam.azurecr.io.evil.example/a", "fabrikam.azurecr.cn/a",
        "fabrikam-azurecr.io/a", "a.fabrikam.azurecr.io/a", "azurecr.io/fabrikam/a",
        "evil.example/fabrikam.azurecr.io/a", "fabrikam.azurecr.io:444/a",
        "fabrikam.eastus.geo.azurecr.io/a", "fabrikam.eastus.data.azurecr.io/a", "nginx"}) {
    EXPECT_EQ(refused(**registries, image), Reason::RegistryNotAllowed) << image;
  }
  EXPECT_EQ(family, 2);
}

TEST_F(RegistriesTest, KnowsAFamilyAsItIsWritten) {
  app::Setup setup;
  setup.registries.push_back(remote("*.azurecr.io"));
  setup.registries.back().family =
      azure::RegistryFamily::parse("*.azurecr.io", azure::Cloud::named("public").value()).value();
  EXPECT_EQ(hosts_of(setup), (Hosts{"*.azurecr.io"}));
}

}  // namespace
}  // namespace countersign::app

// SPDX-License-Identifier: Apache-2.0
#include "app/image_access.h"

#include <gtest/gtest.h>

#include "samples.h"

namespace countersign::app {
namespace {

class ImageAccessTest : public testing::Test {
 protected:
  ImageAccessTest() {
    options_.reference = image_.image();
    options_.notation_config = image_.home();
  }
  std::expected<app::Setup, Problems> setup(Trust trust = Trust::Needed) {
    const auto target = find_target(options_);
    EXPECT_TRUE(target) << target.error().detail;
    return image_setup(options_, *target, trust, clock_, test_.console);
  }
  // What is wrong, or "".
  std::string problem(Trust trust = Trust::Needed) {
    const auto made = setup(trust);
    return made ? "" : made.error().front();
  }

  SignedImage image_;
  ImageOptions options_;
  support::TempFolder folder_;
  test::FixedClock clock_;
  TestConsole test_;
};

TEST_F(ImageAccessTest, FindsTheImageInARegistryOrInALayout) {
  auto target = find_target(options_);
  ASSERT_TRUE(target);
  EXPECT_EQ(target->image.text(), image_.image());
  EXPECT_TRUE(target->layout.empty());
  options_.source = Source::OciLayout;
  options_.reference = image_.in_layout();
  options_.scope = "registry.example:443/net-monitor";
  target = find_target(options_);
  ASSERT_TRUE(target) << target.error().detail;
  EXPECT_EQ(target->image.text(), image_.image()) << "the scope is made canonical";
  EXPECT_EQ(target->layout, image_.folder / "layout");
  options_.scope.clear();
  EXPECT_EQ(find_target(options_).error().reason, Reason::BadReference);
}

TEST_F(ImageAccessTest, ReachesRegistryAndRevocationSourcesByTheSameOptions) {
  options_.allowed = {*net::AddressRange::parse("127.0.0.0/8")};
  options_.resolve = {{"registry.example", 443, "127.0.0.1", 5000}};
  options_.ca_file = "ca.pem";
  options_.plain_http = {"registry.example"};
  options_.revocation_cache = folder_ / "lists";
  const auto made = setup();
  ASSERT_TRUE(made) << made.error().front();
  ASSERT_EQ(made->registries.size(), 1U);
  const auto& registry = made->registries[0].transport;
  EXPECT_EQ(registry.allowed.size(), 1U);
  EXPECT_EQ(registry.overrides.size(), 1U);
  EXPECT_EQ(registry.ca_file, "ca.pem");
  EXPECT_EQ(registry.plain_http, net::PlainHttp::Allow);
  const auto& revocation = made->revocation;
  EXPECT_EQ(revocation.transport.allowed.size(), 1U);
  EXPECT_EQ(revocation.transport.overrides.size(), 1U);
  EXPECT_EQ(revocation.transport.ca_file, "") << "it is the registry's";
  EXPECT_EQ(revocation.settings.cache_folder, folder_ / "lists");
  EXPECT_TRUE(std::filesystem::is_directory(folder_ / "lists"));
}

TEST_F(ImageAccessTest, AsksForRevocationAlsoWhenTheImageIsInALayout) {
  options_.source = Source::OciLayout;
  options_.reference = image_.in_layout();
  options_.scope = image_.repository;
  options_.resolve = {{"crl.example", 80, "127.0.0.1", 8080}};
  const auto made = setup();
  ASSERT_TRUE(made);
  EXPECT_EQ(made->registries[0].layout, image_.folder / "layout");
  EXPECT_EQ(made->revocation.transport.overrides.size(), 1U);
}

TEST_F(ImageAccessTest, TakesRegistriesAndRevocationFromAConfigurationFile) {
  options_.config =
      folder_.write("c.yaml", image_.config("revocation: {allowAddresses: [10.0.0.0/8]}\n"));
  auto made = setup();
  ASSERT_TRUE(made) << made.error().front();
  EXPECT_EQ(made->verifications.size(), 1U);
  EXPECT_EQ(made->registries[0].layout, image_.folder / "layout");
  EXPECT_EQ(made->revocation.transport.allowed.size(), 1U);
  options_.source = Source::OciLayout;
  options_.reference = "./other@" + image_.digest;
  options_.scope = image_.repository;
  made = setup();
  ASSERT_TRUE(made);
  ASSERT_EQ(made->registries.size(), 1U);
  EXPECT_EQ(made->registries[0].layout, "./other") << "the one on the command line";
}

TEST_F(ImageAccessTest, LooksForAPolicyAsMuchAsItIsNeeded) {
  EXPECT_TRUE(setup(Trust::NotNeeded)->verifications.empty());
  EXPECT_EQ(setup(Trust::IfThere)->verifications.size(), 1U);
  options_.notation_config.clear();
  EXPECT_TRUE(setup(Trust::IfThere)->verifications.empty()) << "the usual folder has none";
  EXPECT_NE(problem(Trust::Needed), "");
  folder_.write("trustpolicy.json", "{");
  test_.environment["NOTATION_CONFIG"] = folder_.path();
  EXPECT_NE(problem(Trust::IfThere), "") << "it has one that can't be used";
  EXPECT_EQ(problem(Trust::NotNeeded), "");
  options_.notation_config = "/nonexistent";
  EXPECT_NE(problem(Trust::IfThere), "") << "who names a folder means it";
}

TEST_F(ImageAccessTest, NamesTheFileThatCantBeUsed) {
  options_.docker_config = "/nonexistent/config.json";
  EXPECT_NE(problem().find("/nonexistent/config.json"), std::string::npos);
  options_.docker_config = folder_.write("config.json", "{");
  EXPECT_NE(problem().find("config.json"), std::string::npos);
  options_.docker_config.clear();
  options_.revocation_cache = folder_.write("file", "");
  EXPECT_TRUE(problem().starts_with("--revocation-cache: ")) << problem();
}

TEST_F(ImageAccessTest, WarnsOfAFolderInATrustStore) {
  std::filesystem::copy(image_.home(), folder_ / "home", std::filesystem::copy_options::recursive);
  std::filesystem::create_directory(folder_ / "home/truststore/x509/ca/vectors/sub");
  options_.notation_config = folder_ / "home";
  const auto made = setup();
  ASSERT_TRUE(made);
  EXPECT_EQ(test_.err.str(), "");
  EXPECT_TRUE(made->stores[0].store.source->load(clock_.in(std::chrono::seconds(1))));
  EXPECT_TRUE(test_.err.str().starts_with("countersign: warning: ")) << test_.err.str();
  EXPECT_NE(test_.err.str().find("ca/vectors/sub"), std::string::npos) << test_.err.str();
}

TEST_F(ImageAccessTest, TellsSettingsFromMishaps) {
  struct Row {
    Reason reason;
    Exit exit;
  };
  for (const auto& row : {
           Row{Reason::BadConfig, Exit::Usage},
           Row{Reason::RegistryNotAllowed, Exit::Usage},
           Row{Reason::AddressNotAllowed, Exit::Usage},
           Row{Reason::ImageNotFound, Exit::Unknown},
           Row{Reason::RegistryUnavailable, Exit::Unknown},
           Row{Reason::DeadlineExceeded, Exit::Unknown},
       }) {
    TestConsole test;
    EXPECT_EQ(give_up({row.reason, "why"}, test.console), row.exit) << wire_name(row.reason);
    EXPECT_NE(test.err.str().find(wire_name(row.reason)), std::string::npos);
    EXPECT_TRUE(test.err.str().ends_with(": why\n"));
  }
}

TEST_F(ImageAccessTest, ManyImagesHaveTheRegistriesOfAllEachOnce) {
  std::vector<Target> targets;
  for (const auto* reference : {"a.example/x:1", "b.example/x:1", "a.example/y:1"}) {
    options_.reference = reference;
    targets.push_back(*find_target(options_));
  }
  const auto made = image_setup(options_, targets, Trust::Needed, clock_, test_.console);
  ASSERT_TRUE(made) << made.error().front();
  ASSERT_EQ(made->registries.size(), 2U);
  EXPECT_EQ(made->registries[1].host, "b.example");
}

}  // namespace
}  // namespace countersign::app

// SPDX-License-Identifier: Apache-2.0
#include "countersign/oci/platform.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"
#include "countersign/oci/manifest.h"

namespace countersign::oci {
namespace {

TEST(Platform, ReadsWhatConfigurationWrites) {
  const auto arm = Platform::parse("linux/arm/v7");
  ASSERT_TRUE(arm);
  EXPECT_EQ(arm->os, "linux");
  EXPECT_EQ(arm->architecture, "arm");
  EXPECT_EQ(arm->variant, "v7");
  for (const char* text : {"linux/amd64", "windows/amd64", "linux/arm/v7", "linux/386"}) {
    EXPECT_EQ(Platform::parse(text)->text(), text);
  }
}

TEST(Platform, RefusesAnyOtherForm) {
  for (const char* text :
       {"", "linux", "/", "linux/", "/amd64", "linux//v7", "linux/arm/v7/", "linux/arm/v7/x",
        "Linux/amd64", "linux/amd64 ", "linux/*", "linux/x86_64", "linux/aarch64", "linux/armhf"}) {
    const auto platform = Platform::parse(text);
    ASSERT_FALSE(platform) << text;
    EXPECT_EQ(platform.error().reason, Reason::BadConfig) << text;
  }
}

TEST(Platform, MatchesWhatRunsThere) {
  const struct {
    const char *entry, *wanted;
    bool matches;
  } rows[] = {
      {"linux/amd64", "linux/amd64", true},     {"linux/arm64/v8", "linux/arm64", true},
      {"linux/arm64", "linux/arm64/v8", true},  {"linux/amd64/v1", "linux/amd64", true},
      {"linux/arm", "linux/arm/v7", true},      {"linux/amd64/v3", "linux/amd64/v3", true},
      {"linux/amd64/v3", "linux/amd64", false}, {"linux/amd64", "linux/amd64/v3", false},
      {"linux/arm/v6", "linux/arm/v7", false},  {"linux/arm64", "linux/amd64", false},
      {"windows/amd64", "linux/amd64", false},  {"unknown/unknown", "linux/amd64", false},
      {"linux/386/v8", "linux/386", false},
  };
  for (const auto& [entry, wanted, matches] : rows) {
    EXPECT_EQ(Platform::parse(entry)->matches(*Platform::parse(wanted)), matches)
        << entry << " for " << wanted;
  }
  auto windows = *Platform::parse("windows/amd64");
  windows.os_version = "10.0.20348.2340";
  windows.os_features = {"win32k"};
  EXPECT_TRUE(windows.matches(*Platform::parse("windows/amd64")));
}

Result<Manifest> index_with_platform(const std::string& platform) {
  std::string entry =
      R"({"mediaType":"application/x","size":7,"digest":"sha256:)" + std::string(64, 'a') + R"("})";
  entry.insert(entry.size() - 1, platform.empty() ? "" : R"(,"platform":)" + platform);
  return parse_manifest(as_bytes(R"({"schemaVersion":2,"manifests":[)" + entry + "]}"),
                        media_type::kOciIndex);
}

TEST(Manifest, EntriesOfAnIndexMayNameTheirPlatform) {
  const auto full = index_with_platform(
      R"({"os":"windows","architecture":"arm","variant":"v7","os.version":"10.0",)"
      R"("os.features":["win32k"],"features":7,"future":{}})");
  ASSERT_TRUE(full) << full.error().detail;
  const auto& platform = full->manifests.at(0).platform;
  ASSERT_TRUE(platform);
  EXPECT_EQ(platform->text(), "windows/arm/v7");
  EXPECT_EQ(platform->os_version, "10.0");
  EXPECT_EQ(platform->os_features, std::vector<std::string>{"win32k"});
  for (const char* none : {"", "null"}) {
    const auto index = index_with_platform(none);
    ASSERT_TRUE(index) << none;
    EXPECT_FALSE(index->manifests.at(0).platform) << none;
  }
  const auto empty = index_with_platform(
      R"({"os":"","architecture":"","variant":null,"os.version":null,"os.features":null})");
  ASSERT_TRUE(empty);
  EXPECT_EQ(empty->manifests.at(0).platform->text(), "/");
}

TEST(Manifest, APlatformIsReadStrictly) {
  const std::string named = R"({"os":"linux","architecture":"amd64",)";
  const std::string most(limits::kPlatformText, 'a');
  std::string features = R"("a")";
  for (std::size_t count = 1; count < limits::kPlatformFeatures; ++count) {
    features += R"(,"a")";
  }
  EXPECT_TRUE(index_with_platform(named + R"("variant":")" + most + R"("})"));
  EXPECT_TRUE(index_with_platform(named + R"("os.features":[)" + features + "]}"));
  for (const std::string& bad :
       {std::string("7"), std::string("[]"), std::string(R"("linux/amd64")"), std::string("{}"),
        std::string(R"({"os":"linux"})"), std::string(R"({"architecture":"amd64"})"),
        std::string(R"({"os":1,"architecture":"amd64"})"),
        std::string(R"({"os":"linux","architecture":null})"), named + R"("variant":7})",
        named + R"("variant":"a)" + most + R"("})", named + R"("os.version":["1"]})",
        named + R"("os.version":"a)" + most + R"("})", named + R"("os.features":"a"})",
        named + R"("os.features":[1]})", named + R"("os.features":["a)" + most + R"("]})",
        named + R"("os.features":["a",)" + features + "]}"}) {
    const auto index = index_with_platform(bad);
    ASSERT_FALSE(index) << bad;
    EXPECT_EQ(index.error().reason, Reason::RegistryResponse) << bad;
  }
}

}  // namespace
}  // namespace countersign::oci

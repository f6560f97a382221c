// SPDX-License-Identifier: Apache-2.0
#include "admission/platforms.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "judged_review.h"

namespace countersign::admission {
namespace {

using namespace std::chrono_literals;
namespace media_type = oci::media_type;

constexpr const char* kConfigType = "application/vnd.oci.image.config.v1+json";

std::string text_of(const oci::Descriptor& descriptor, std::string_view more = {}) {
  return R"({"mediaType":")" + descriptor.media_type + R"(","digest":")" +
         descriptor.digest.text() + R"(","size":)" + std::to_string(descriptor.size) +
         std::string(more) + "}";
}

std::string platform_member(const oci::Platform& platform) {
  return R"(,"platform":{"os":")" + platform.os + R"(","architecture":")" + platform.architecture +
         R"(","variant":")" + platform.variant + R"("})";
}

std::vector<oci::Platform> platforms(const std::vector<const char*>& texts) {
  std::vector<oci::Platform> platforms;
  for (const auto* text : texts) {
    platforms.push_back(*oci::Platform::parse(text));
  }
  return platforms;
}

class PlatformsTest : public JudgedReviewTest {
 protected:
  oci::Descriptor push_image(const std::string& config) {
    const auto blob = store_.push(kConfigType, config);
    return store_.push(media_type::kOciManifest, R"({"schemaVersion":2,"mediaType":")" +
                                                     std::string(media_type::kOciManifest) +
                                                     R"(","config":)" + text_of(blob) +
                                                     R"(,"layers":[]})");
  }
  oci::Descriptor push_index(const std::string& entries) {
    return store_.push(media_type::kOciIndex, R"({"schemaVersion":2,"mediaType":")" +
                                                  std::string(media_type::kOciIndex) +
                                                  R"(","manifests":[)" + entries + "]}");
  }
  // An entry for the platform, with an image behind it.
  std::string entry(const char* platform) {
    return text_of(push_image(R"({"for":")" + std::string(platform) + R"("})"),
                   platform_member(*oci::Platform::parse(platform)));
  }

  std::optional<Reason> refusal(const oci::Descriptor& manifest,
                                const std::vector<const char*>& demanded) {
    test::MemoryRepository repository(store_);
    const auto missing =
        missing_platform(manifest, platforms(demanded), repository, clock_.in(10s));
    if (!missing) {
      return missing.error().reason;
    }
    return *missing ? std::optional(Reason::PlatformMissing) : std::nullopt;
  }
};

TEST_F(PlatformsTest, WantsEachPlatformInAnIndex) {
  const auto index = push_index(entry("linux/amd64") + "," + entry("linux/arm64/v8") + "," +
                                entry("linux/arm/v7") + "," + entry("windows/amd64"));
  struct Row {
    std::vector<const char*> demanded;
    bool there;
  };
  for (const auto& row : {
           Row{{}, true},
           Row{{"linux/amd64"}, true},
           Row{{"linux/arm64", "linux/amd64"}, true},
           Row{{"linux/arm/v7", "windows/amd64"}, true},
           Row{{"linux/arm/v6"}, false},
           Row{{"linux/amd64", "linux/s390x"}, false},
           Row{{"windows/arm64"}, false},
       }) {
    const auto refused = refusal(index, row.demanded);
    EXPECT_EQ(refused, row.there ? std::nullopt : std::optional(Reason::PlatformMissing));
  }
}

TEST_F(PlatformsTest, CountsOnlyManifestsOfImages) {
  const auto platform = platform_member(*oci::Platform::parse("linux/amd64"));
  const auto nested = push_index(entry("linux/amd64"));
  EXPECT_EQ(refusal(push_index(text_of(nested, platform)), {"linux/amd64"}),
            Reason::PlatformMissing);
  const auto without = push_index(text_of(push_image("{}")));
  EXPECT_EQ(refusal(without, {"linux/amd64"}), Reason::PlatformMissing);
}

TEST_F(PlatformsTest, WantsTheManifestItselfWithTheDigestOfTheIndex) {
  const auto image = push_image("{}");
  const auto index =
      push_index(text_of(image, platform_member(*oci::Platform::parse("linux/amd64"))));
  EXPECT_EQ(refusal(index, {"linux/amd64"}), std::nullopt);
  store_.contents.at(image.digest).second.back() ^= 1U;
  EXPECT_EQ(refusal(index, {"linux/amd64"}), Reason::DigestMismatch);
  store_.faults.insert_or_assign(image.digest, Error{Reason::RegistryUnavailable, ""});
  EXPECT_EQ(refusal(index, {"linux/amd64"}), Reason::RegistryUnavailable) << "may be there";
  store_.faults.clear();
  store_.contents.erase(image.digest);
  EXPECT_EQ(refusal(index, {"linux/amd64"}), Reason::PlatformMissing);
}

TEST_F(PlatformsTest, AsksASingleImageItself) {
  struct Row {
    const char* config;
    std::vector<const char*> demanded;
    std::optional<Reason> refused;
  };
  for (const auto& row : {
           Row{R"({"os":"linux","architecture":"amd64"})", {"linux/amd64"}, std::nullopt},
           Row{R"({"os":"linux","architecture":"amd64"})",
               {"linux/arm64"},
               Reason::PlatformMissing},
           Row{R"({"os":"linux","architecture":"arm","variant":"v6"})",
               {"linux/arm/v7"},
               Reason::PlatformMissing},
           Row{R"({"os":"linux","architecture":"amd64"})",
               {"linux/amd64", "linux/arm64"},
               Reason::PlatformMissing},
           Row{"{}", {"linux/amd64"}, Reason::PlatformMissing},
           Row{"no json", {"linux/amd64"}, Reason::RegistryResponse},
       }) {
    EXPECT_EQ(refusal(push_image(row.config), row.demanded), row.refused) << row.config;
  }
}

TEST_F(PlatformsTest, NeedsTheConfigurationOfASingleImage) {
  const auto config = store_.push(kConfigType, "{}");
  const auto image = push_image("{}");
  store_.faults.insert_or_assign(config.digest, Error{Reason::RegistryThrottled, ""});
  EXPECT_EQ(refusal(image, {"linux/amd64"}), Reason::RegistryThrottled);
  store_.faults.clear();
  store_.contents.erase(config.digest);
  EXPECT_EQ(refusal(image, {"linux/amd64"}), Reason::PlatformMissing);
}

TEST_F(PlatformsTest, ReadsNothingBeyondTheLimit) {
  auto config = store_.push(kConfigType, "{}");
  config.size = limits::kImageConfigBytes + 1;
  const auto image =
      store_.push(media_type::kOciManifest,
                  R"({"schemaVersion":2,"mediaType":")" + std::string(media_type::kOciManifest) +
                      R"(","config":)" + text_of(config) + R"(,"layers":[]})");
  EXPECT_EQ(refusal(image, {"linux/amd64"}), Reason::RegistryResponse);
  EXPECT_EQ(refusal(store_.push(media_type::kOciManifest, "{}"), {"linux/amd64"}),
            Reason::RegistryResponse);
}

// A whole decision: what is demanded comes after the signature, never instead of it.
class DemandedPlatformsTest : public PlatformsTest {
 protected:
  DemandedPlatformsTest() {
    repositories_ = std::make_shared<CountingRepositories>(store_);
    auto rule = JudgedReviewTest::rule(policy::Action::Verify);
    rule.platforms = platforms({"linux/amd64", "linux/arm64"});
    rules_.push_back(std::move(rule));
  }
  std::vector<std::string> refused(const oci::Descriptor& image) {
    kube::Request request;
    request.object =
        kube::pod(R"({"containers":[{"name":"app","image":")" + reference(image) + R"("}]})");
    return refusals(admit(request));
  }
};

TEST_F(DemandedPlatformsTest, DecideAboutATrustedIndex) {
  image_ = push_index(entry("linux/amd64") + "," + entry("linux/arm64"));
  sign(acme());
  EXPECT_EQ(refused(image_), std::vector<std::string>{});
  image_ = push_index(entry("linux/amd64"));
  sign(acme());
  EXPECT_EQ(refused(image_), std::vector<std::string>{"spec.containers[0].image PLATFORM_MISSING"});
}

TEST_F(DemandedPlatformsTest, NeverStandInForASignature) {
  const auto index = push_index(entry("linux/amd64") + "," + entry("linux/arm64"));
  EXPECT_EQ(refused(index), std::vector<std::string>{"spec.containers[0].image "
                                                     "SIGNATURE_NOT_FOUND"});
  // Signatures of the children say nothing about the index.
  image_ = push_image(R"({"os":"linux","architecture":"amd64"})");
  sign(acme());
  EXPECT_EQ(
      refused(push_index(text_of(image_, platform_member(*oci::Platform::parse("linux/amd64"))))),
      std::vector<std::string>{"spec.containers[0].image SIGNATURE_NOT_FOUND"});
}

}  // namespace
}  // namespace countersign::admission

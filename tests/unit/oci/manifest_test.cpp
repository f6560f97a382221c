// SPDX-License-Identifier: Apache-2.0
#include "countersign/oci/manifest.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "support/test_data.h"

namespace countersign::oci {
namespace {

const std::string kHex(64, 'a');
const std::string kDescriptor =
    R"({"mediaType":"application/x","digest":"sha256:)" + kHex + R"(","size":7})";
const std::string kOciImage(media_type::kOciManifest);
const std::string kOciIndexType(media_type::kOciIndex);

Result<Manifest> parse(std::string_view text, std::string_view content_type) {
  return parse_manifest(as_bytes(text), content_type);
}

// {"schemaVersion":2 and the members that the row adds }
std::string with(const std::string& members) { return R"({"schemaVersion":2,)" + members + "}"; }

std::string image_members() { return R"("config":)" + kDescriptor + R"(,"layers":[])"; }

std::string typed(std::string_view type) {
  return R"("mediaType":")" + std::string(type) + R"(",)";
}

TEST(Manifest, ReadsAnImage) {
  const auto manifest = parse(support::read_test_data("oci/image-manifest.json"), "");
  ASSERT_TRUE(manifest) << manifest.error().detail;
  EXPECT_EQ(manifest->kind, ManifestKind::Image);
  EXPECT_EQ(manifest->media_type, media_type::kOciManifest);
  ASSERT_TRUE(manifest->config);
  EXPECT_EQ(manifest->config->media_type, "application/vnd.oci.image.config.v1+json");
  EXPECT_EQ(manifest->config->size, 163U);
  ASSERT_EQ(manifest->layers.size(), 1U);
  EXPECT_EQ(manifest->layers[0].digest.text(),
            "sha256:40cc079a46429f1cf1b2f041bec0038bd844a8ed6709fe3ad6c2ee2949fd038e");
  EXPECT_TRUE(manifest->manifests.empty());
  EXPECT_FALSE(manifest->subject);
  EXPECT_EQ(manifest->artifact_type, "");
}

TEST(Manifest, ReadsAnIndex) {
  const auto manifest = parse(support::read_test_data("oci/index.json"), kOciIndexType);
  ASSERT_TRUE(manifest) << manifest.error().detail;
  EXPECT_EQ(manifest->kind, ManifestKind::Index);
  ASSERT_EQ(manifest->manifests.size(), 1U);
  EXPECT_EQ(manifest->manifests[0].size, 395U);
  EXPECT_FALSE(manifest->config);
  EXPECT_TRUE(manifest->layers.empty());
}

TEST(Manifest, ReadsWhatASignatureNeeds) {
  const auto manifest = parse(support::read_test_data("oci/signature-manifest.json"), kOciImage);
  ASSERT_TRUE(manifest) << manifest.error().detail;
  EXPECT_EQ(manifest->artifact_type, media_type::kNotarySignature);
  EXPECT_EQ(manifest->config->media_type, media_type::kOciEmpty);
  ASSERT_TRUE(manifest->subject);
  EXPECT_EQ(manifest->subject->size, 395U);
  EXPECT_EQ(manifest->layers.at(0).media_type, media_type::kCose);
  EXPECT_EQ(manifest->annotations.at("org.opencontainers.image.created"), "2025-06-01T12:00:00Z");

  const auto legacy =
      parse(support::read_test_data("oci/signature-manifest-legacy.json"), kOciImage);
  ASSERT_TRUE(legacy) << legacy.error().detail;
  EXPECT_EQ(legacy->artifact_type, "");
  EXPECT_EQ(legacy->config->media_type, media_type::kNotarySignature);
}

TEST(Manifest, TheMediaTypeComesFromTheDocumentOrTheHeaderAndBothAgree) {  // BND-08
  const struct {
    const char* name;
    std::string document;
    std::string content_type;
    std::optional<ManifestKind> kind;
  } rows[] = {
      {"header only", with(image_members()), kOciImage, ManifestKind::Image},  // REG-11
      {"header only, index", with(R"("manifests":[])"), kOciIndexType, ManifestKind::Index},
      {"header only, of the other structure", with(image_members()), kOciIndexType, std::nullopt},
      {"document only", with(typed(kOciImage) + image_members()), "", ManifestKind::Image},
      {"both", with(typed(kOciImage) + image_members()), kOciImage, ManifestKind::Image},
      {"docker", with(typed(media_type::kDockerManifest) + image_members()),
       std::string(media_type::kDockerManifest), ManifestKind::Image},
      {"docker list", with(typed(media_type::kDockerList) + R"("manifests":[])"),
       std::string(media_type::kDockerList), ManifestKind::Index},
      {"parameters and case", with(typed(kOciImage) + image_members()),
       " Application/VND.oci.image.manifest.v1+JSON ; charset=utf-8", ManifestKind::Image},
      {"neither", with(image_members()), "", std::nullopt},
      {"differ", with(typed(kOciIndexType) + R"("manifests":[])"), kOciImage, std::nullopt},
      {"docker as OCI", with(typed(media_type::kDockerManifest) + image_members()), kOciImage,
       std::nullopt},
      {"text/plain", with(typed(kOciImage) + image_members()), "text/plain", std::nullopt},
      {"octet-stream, no type", with(image_members()), "application/octet-stream", std::nullopt},
      {"unknown type", with(typed("application/json") + image_members()), "", std::nullopt},
      {"case of the document",
       with(typed("Application/vnd.oci.image.manifest.v1+json") + image_members()), "",
       std::nullopt},
      {"number", with(R"("mediaType":2,)" + image_members()), kOciImage, std::nullopt},
      {"null", with(R"("mediaType":null,)" + image_members()), kOciImage, std::nullopt},
      {"empty", with(typed("") + image_members()), kOciImage, std::nullopt},
      {"schema 1 type", with(image_members()),
       "application/vnd.docker.distribution.manifest.v1+prettyjws", std::nullopt},
  };
  for (const auto& row : rows) {
    const auto manifest = parse(row.document, row.content_type);
    ASSERT_EQ(manifest.has_value(), row.kind.has_value()) << row.name;
    if (manifest) {
      EXPECT_EQ(manifest->kind, *row.kind) << row.name;
    } else {
      EXPECT_EQ(manifest.error().reason, Reason::RegistryResponse) << row.name;
    }
  }
}

// BND-08, REG-18, REG-21
TEST(Manifest, RefusesWhatReadersUnderstandDifferently) {
  const struct {
    const char* name;
    std::string document;
    std::string content_type;
  } rows[] = {
      {"not JSON", "", kOciImage},
      {"array", "[]", kOciImage},
      {"null", "null", kOciImage},
      {"trailing bytes", with(image_members()) + "{}", kOciImage},
      {"byte order mark", "\xef\xbb\xbf" + with(image_members()), kOciImage},
      {"NaN", with(image_members() + R"(,"x":NaN)"), kOciImage},
      {"UTF-8 cut short", with(image_members() + ",\"x\":\"\xc3\""), kOciImage},
      {"depth",
       with(image_members() + R"(,"x":)" + std::string(10'000, '[') + std::string(10'000, ']')),
       kOciImage},
      {"a layer's size of 1e400",
       with(R"("config":)" + kDescriptor + R"(,"layers":[{)" +
            R"("mediaType":"a/b","digest":"sha256:)" + kHex + R"(","size":1e400}])"),
       kOciImage},
      {"duplicate layers", with(image_members() + R"(,"layers":[])"), kOciImage},
      {"no schemaVersion", "{" + image_members() + "}", kOciImage},
      {"schemaVersion 1", R"({"schemaVersion":1,)" + image_members() + "}", kOciImage},
      {"schemaVersion 2.0", R"({"schemaVersion":2.0,)" + image_members() + "}", kOciImage},
      {"schemaVersion 3", R"({"schemaVersion":3,)" + image_members() + "}", kOciImage},
      {"schemaVersion text", R"({"schemaVersion":"2",)" + image_members() + "}", kOciImage},
      {"image with manifests", with(image_members() + R"(,"manifests":[])"), kOciImage},
      {"index with layers", with(R"("manifests":[],"layers":[])"), kOciIndexType},
      {"index with config", with(R"("manifests":[],"config":)" + kDescriptor), kOciIndexType},
      {"image with fsLayers", with(image_members() + R"(,"fsLayers":[])"), kOciImage},
      {"index as image", with(R"("manifests":[])"), kOciImage},
      {"image as index", with(image_members()), kOciIndexType},
      {"no config", with(R"("layers":[])"), kOciImage},
      {"no layers", with(R"("config":)" + kDescriptor), kOciImage},
      {"layers null", with(R"("layers":null,"config":)" + kDescriptor), kOciImage},
      {"layers object", with(R"("layers":{},"config":)" + kDescriptor), kOciImage},
      {"layer null", with(R"("layers":[null],"config":)" + kDescriptor), kOciImage},
      {"manifests object", with(R"("manifests":{})"), kOciIndexType},
      {"subject text", with(image_members() + R"(,"subject":"x")"), kOciImage},
      {"artifactType number", with(image_members() + R"(,"artifactType":1)"), kOciImage},
      {"annotations array", with(image_members() + R"(,"annotations":[])"), kOciImage},
      {"annotation number", with(image_members() + R"(,"annotations":{"a":1})"), kOciImage},
      {"member of another case", with(R"("Config":)" + kDescriptor + R"(,"layers":[])"), kOciImage},
  };
  for (const auto& row : rows) {
    const auto manifest = parse(row.document, row.content_type);
    ASSERT_FALSE(manifest) << row.name;
    EXPECT_EQ(manifest.error().reason, Reason::RegistryResponse) << row.name;
  }
}

TEST(Manifest, NullAndUnknownMembersAreNothing) {
  const auto manifest =
      parse(with(image_members() +
                 R"(,"subject":null,"artifactType":null,"annotations":null,"future":{"a":[1]})"),
            kOciImage);
  ASSERT_TRUE(manifest) << manifest.error().detail;
  EXPECT_FALSE(manifest->subject);
  EXPECT_TRUE(manifest->annotations.empty());
}

TEST(Manifest, HasNoMoreEntriesThanTheLimit) {
  std::string entries = kDescriptor;
  for (std::size_t count = 1; count < limits::kLayers; ++count) {
    entries.append(",").append(kDescriptor);
  }
  const auto index = [](const std::string& list) {
    return parse(with(R"("manifests":[)" + list + "]"), kOciIndexType);
  };
  const auto most = index(entries);
  ASSERT_TRUE(most) << most.error().detail;
  EXPECT_EQ(most->manifests.size(), limits::kLayers);
  const auto more = index(entries + "," + kDescriptor);
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().reason, Reason::RegistryResponse);
}

// REG-19; REG-20: what can't be read can't be asked for
TEST(Manifest, DescriptorsAreReadStrictly) {
  const std::string digest = R"("digest":"sha256:)" + kHex + R"(")";
  const std::string type = R"("mediaType":"application/x")";
  const struct {
    const char* name;
    std::string text;
    bool good;
  } rows[] = {
      {"complete", kDescriptor, true},
      {"size 0", "{" + type + "," + digest + R"(,"size":0})", true},
      {"size 2^53", "{" + type + "," + digest + R"(,"size":9007199254740992})", true},
      {"urls and data are not read",  // BND-10
       "{" + type + "," + digest + R"(,"size":1,"urls":7,"data":[]})", true},
      {"size over 2^53", "{" + type + "," + digest + R"(,"size":9007199254740993})", false},
      {"size -1", "{" + type + "," + digest + R"(,"size":-1})", false},
      {"size 1.0", "{" + type + "," + digest + R"(,"size":1.0})", false},
      {"size 1e3", "{" + type + "," + digest + R"(,"size":1e3})", false},
      {"size text", "{" + type + "," + digest + R"(,"size":"1"})", false},
      {"size null", "{" + type + "," + digest + R"(,"size":null})", false},
      {"no size", "{" + type + "," + digest + "}", false},
      {"no digest", "{" + type + R"(,"size":1})", false},
      {"no mediaType", "{" + digest + R"(,"size":1})", false},
      {"empty mediaType", R"({"mediaType":"",)" + digest + R"(,"size":1})", false},
      {"md5", "{" + type + R"(,"digest":"md5:d41d8cd98f00b204e9800998ecf8427e","size":1})", false},
      {"digest in upper case",
       "{" + type + R"(,"digest":"sha256:)" + std::string(64, 'A') + R"(","size":1})", false},
      {"digest too short",
       "{" + type + R"(,"digest":"sha256:)" + std::string(63, 'a') + R"(","size":1})", false},
      {"digest is a path", "{" + type + R"(,"digest":"sha256:../../x","size":1})", false},
      {"array", "[]", false},
      {"text", R"("sha256")", false},
  };
  for (const auto& row : rows) {
    const auto json = codec::Json::parse(row.text, {.bytes = 1024}, Reason::Internal);
    ASSERT_TRUE(json) << row.name;
    const auto descriptor = parse_descriptor(*json, Reason::EnvelopeInvalid);
    ASSERT_EQ(descriptor.has_value(), row.good) << row.name;
    if (!descriptor) {
      EXPECT_EQ(descriptor.error().reason, Reason::EnvelopeInvalid) << row.name;
    }
  }
}

// REG-23: never used, so what is wrong there does no harm.
TEST(Manifest, InlineDataIsNotRead) {
  for (const char* data : {R"("bWFuaWZlc3Q=")", R"("b3RoZXI=")", R"("not base64")", "7", "null"}) {
    const auto json =
        codec::Json::parse(R"({"mediaType":"application/x","size":7,"digest":"sha256:)" + kHex +
                               R"(","data":)" + data + "}",
                           {.bytes = 1024}, Reason::Internal);
    ASSERT_TRUE(json) << data;
    const auto descriptor = parse_descriptor(*json, Reason::RegistryResponse);
    ASSERT_TRUE(descriptor) << data;
    EXPECT_EQ(descriptor->size, 7U);
    EXPECT_EQ(descriptor->digest.encoded(), kHex);
  }
}

}  // namespace
}  // namespace countersign::oci

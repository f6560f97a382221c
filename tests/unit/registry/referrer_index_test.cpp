// SPDX-License-Identifier: Apache-2.0
#include "registry/referrer_index.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

namespace countersign::registry {
namespace {

const std::string kType(oci::media_type::kOciIndex);

oci::Descriptor referrer(std::string_view content) {
  return {"a/type", oci::Digest::of(as_bytes(content)), content.size(), "", {}};
}
std::string text_of(std::string_view content) { return entry_of(referrer(content)).text; }

std::string added_to(const std::string& text) {
  auto index = ReferrerIndex::parse(text, kType).value();
  const auto added = index.add(entry_of(referrer("new")));
  EXPECT_TRUE(added) << added.error().detail;
  return index.text();
}

TEST(ReferrerIndex, WritesADescriptor) {
  auto descriptor = referrer("x");
  EXPECT_EQ(entry_of(descriptor).text,
            R"({"mediaType":"a/type","digest":")" + descriptor.digest.text() + R"(","size":1})");
  descriptor.artifact_type = "an/artifact";
  descriptor.annotations = {{"a\"", "b"}, {"c", "d"}};
  EXPECT_EQ(entry_of(descriptor).text,
            R"({"mediaType":"a/type","digest":")" + descriptor.digest.text() +
                R"(","size":1,"artifactType":"an/artifact","annotations":{"a\"":"b","c":"d"}})");
}

TEST(ReferrerIndex, BeginsEmpty) {
  auto index = ReferrerIndex::empty();
  EXPECT_FALSE(index.has(referrer("new").digest));
  ASSERT_TRUE(index.add(entry_of(referrer("new"))));
  EXPECT_TRUE(index.has(referrer("new").digest));
  EXPECT_EQ(index.text(),
            R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",)"
            R"("manifests":[)" +
                text_of("new") + "]}");
}

TEST(ReferrerIndex, LeavesEverythingElseAsItIs) {
  const std::string old = R"({"mediaType":"m","digest":")" + referrer("old").digest.text() +
                          R"(","size":3,"x":1.23456789,"data":"]}","deep":{"manifests":[[]]}})";
  const auto spliced = [](const std::string& before, const std::string& after) {
    EXPECT_EQ(added_to(before + after), before + "," + text_of("new") + after);
  };
  spliced(R"({"schemaVersion":2,"manifests":[)" + old, "]}");
  spliced(R"({"manifests":[)" + old,
          R"(],"schemaVersion":2,"unknown":[1e40],"annotations":{"manifests":"]"}})");
  spliced("{\n  \"artifactType\" : \"manifests\",\n  \"schemaVersion\": 2,\n  \"manifests\" : [\n" +
              old,
          "\n  ]\n}\n");
  spliced(R"({"a":{"manifests":[1]},"q\"manifests\"":[],"schemaVersion":2,"manifests":[)" + old,
          R"(]})");
  EXPECT_EQ(added_to("{\"schemaVersion\":2,\"manifests\": [ \n] }"),
            "{\"schemaVersion\":2,\"manifests\": [" + text_of("new") + " \n] }");
}

TEST(ReferrerIndex, AddsNothingTwice) {
  const auto once = added_to(R"({"schemaVersion":2,"manifests":[]})");
  EXPECT_EQ(added_to(once), once);
}

TEST(ReferrerIndex, RefusesWhatIsNoIndex) {
  for (const char* text :
       {"", "{}", "[]", R"({"schemaVersion":2})", R"({"schemaVersion":2,"manifests":null})",
        R"({"schemaVersion":1,"manifests":[]})", R"({"schemaVersion":2,"manifests":{}})",
        R"({"schemaVersion":2,"manifests":[],"manifests":[]})",
        R"({"schemaVersion":2,"manifests":[],"layers":[]})",
        R"({"schemaVersion":2,"manifests":[{"mediaType":"a"}]})",
        R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",)"
        R"("manifests":[]})"}) {
    const auto index = ReferrerIndex::parse(text, kType);
    ASSERT_FALSE(index) << text;
    EXPECT_EQ(index.error().reason, Reason::RegistryResponse);
  }
  EXPECT_FALSE(
      ReferrerIndex::parse(R"({"schemaVersion":2,"manifests":[]})", oci::media_type::kDockerList));
}

TEST(ReferrerIndex, AListWithAnEscapedNameIsLeftAlone) {
  auto index = ReferrerIndex::parse(R"({"schemaVersion":2,"\u006danifests":[]})", kType).value();
  EXPECT_EQ(index.add(entry_of(referrer("new"))).error().reason, Reason::RegistryResponse);
}

TEST(ReferrerIndex, NoIndexGrowsOverItsLimit) {
  const std::string padding(limits::kManifestBytes - 70, ' ');
  auto index =
      ReferrerIndex::parse(R"({"schemaVersion":2,"manifests":[]})" + padding, kType).value();
  const auto before = index.text();
  EXPECT_EQ(index.add(entry_of(referrer("new"))).error().reason, Reason::RegistryResponse);
  EXPECT_EQ(index.text(), before);
}

}  // namespace
}  // namespace countersign::registry

// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gtest/gtest.h>

#include "countersign/base/limits_signing.h"
#include "countersign/signing/signature.h"

#include "unit/signing/samples.h"

namespace countersign::signing {
namespace {

std::string target(const std::string& more = "") {
  return R"({"targetArtifact":{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":")" +
         samples::image().digest.text() + R"(","size":528)" + more + "}}";
}

TEST(Payload, NamesTheImage) {
  auto request = samples::request();
  request.target.artifact_type = "application/x";  // not signed, and neither is the next
  request.target.annotations = {{"a", "b"}};
  EXPECT_EQ(make_payload(request), target());
}

TEST(Payload, HasTheMetadataAsAnnotations) {
  auto request = samples::request();
  request.user_metadata = {{"stage", "prod"}, {"build", "\"1\"\n"}, {"empty", ""}, {"ü", "ß"}};
  EXPECT_EQ(make_payload(request),
            target(R"(,"annotations":{"build":"\"1\"\u000a","empty":"","stage":"prod","ü":"ß"})"));
}

TEST(Payload, RefusesMetadataThatCannotBeSigned) {
  std::map<std::string, std::string> many;
  for (std::size_t i = 0; i <= limits::kUserMetadata; ++i) {
    many.emplace("key" + std::to_string(i), "");
  }
  const std::map<std::string, std::string> rows[] = {
      {{"", "value"}},
      {{"io.cncf.notary", "value"}},
      {{"io.cncf.notary.signingTime", "value"}},
      {{"good", "value"}, {"io.cncf.notaryX", "value"}},
      {{"key", "\xff"}},
      {{"\xc0\x80", "value"}},
      {{"key", std::string("a\0b", 3)}},
      {{"key", std::string(limits::kUserMetadataBytes - 2, 'x')}},
      many};
  for (const auto& metadata : rows) {
    auto request = samples::request();
    request.user_metadata = metadata;
    const auto payload = make_payload(request);
    ASSERT_FALSE(payload) << metadata.begin()->first;
    EXPECT_EQ(payload.error().reason, Reason::BadConfig);
  }
}

TEST(Payload, TakesAsMuchAsTheLimits) {
  auto request = samples::request();
  request.user_metadata = {{"key", std::string(limits::kUserMetadataBytes - 3, 'x')}};
  EXPECT_TRUE(make_payload(request));
  request.user_metadata = {{"io.cncf", "not reserved"}};
  EXPECT_TRUE(make_payload(request));
}

}  // namespace
}  // namespace countersign::signing

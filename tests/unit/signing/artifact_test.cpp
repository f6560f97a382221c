// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gtest/gtest.h>

#include "countersign/notation/signature_manifest.h"
#include "countersign/oci/manifest.h"
#include "countersign/signing/signature.h"

#include "unit/signing/samples.h"

namespace countersign::signing {
namespace {

const ByteVector kEnvelope{1, 2, 3};

TEST(Artifact, IsASignatureOfItsSubject) {
  for (const auto format : samples::kFormats) {
    const auto artifact =
        make_artifact(format, kEnvelope, samples::image(), samples::leaf().chain(), samples::kNow);
    const auto envelope = notation::envelope_of(artifact.manifest, samples::image());
    ASSERT_TRUE(envelope) << envelope.error().detail;
    EXPECT_TRUE(envelope->same_content(artifact.envelope_descriptor));
    EXPECT_EQ(envelope->media_type, media_type(format));
    EXPECT_TRUE(oci::Blob::check(*envelope, kEnvelope));
    EXPECT_EQ(artifact.envelope.digest(), envelope->digest);
  }
}

TEST(Artifact, IsDescribedAsListsOfReferrersHaveIt) {
  const auto artifact = make_artifact(Format::Cose, kEnvelope, samples::image(),
                                      samples::leaf().chain(), samples::kNow);
  const auto manifest =
      oci::parse_manifest(artifact.manifest.bytes(), oci::media_type::kOciManifest);
  ASSERT_TRUE(manifest);
  EXPECT_EQ(artifact.descriptor.media_type, oci::media_type::kOciManifest);
  EXPECT_EQ(artifact.descriptor.digest, artifact.manifest.digest());
  EXPECT_EQ(artifact.descriptor.size, artifact.manifest.bytes().size());
  EXPECT_EQ(artifact.descriptor.artifact_type, oci::media_type::kNotarySignature);
  EXPECT_EQ(artifact.descriptor.annotations, manifest->annotations);
  EXPECT_TRUE(manifest->config->same_content(artifact.config_descriptor));
  EXPECT_EQ(as_text(artifact.config.bytes()), "{}");
  EXPECT_EQ(artifact.config.digest(), artifact.config_descriptor.digest);
}

TEST(Artifact, NamesTheCertificatesAndItsTime) {
  const auto& chain = samples::leaf().chain();
  const auto artifact =
      make_artifact(Format::Jws, kEnvelope, samples::image(), chain, samples::kNow);
  const std::map<std::string, std::string> expected{
      {"io.cncf.notary.x509chain.thumbprint#S256", R"([")" + chain[0].thumbprint() + R"(",")" +
                                                       chain[1].thumbprint() + R"(",")" +
                                                       chain[2].thumbprint() + R"("])"},
      {"org.opencontainers.image.created", "2026-05-28T12:00:00Z"}};
  EXPECT_EQ(artifact.descriptor.annotations, expected);
}

}  // namespace
}  // namespace countersign::signing

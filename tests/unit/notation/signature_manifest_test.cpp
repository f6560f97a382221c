// SPDX-License-Identifier: Apache-2.0
#include "countersign/notation/signature_manifest.h"

#include <string>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "samples.h"

namespace countersign::notation {
namespace {

struct Parts {
  std::string media_type = std::string(oci::media_type::kOciManifest);
  std::string artifact_type = std::string(oci::media_type::kNotarySignature);
  std::string config_type = std::string(oci::media_type::kOciEmpty);
  std::vector<std::string> layer_types = {std::string(oci::media_type::kCose)};
  std::string subject_digest = samples::image().digest.text();
  std::string subject_size = "528";
  std::string more;  // members at the end
};

const oci::Digest kEnvelope = oci::Digest::of(as_bytes("envelope"));

std::string descriptor(const std::string& type, const std::string& digest,
                       const std::string& size) {
  return R"({"mediaType":")" + type + R"(","digest":")" + digest + R"(","size":)" + size + "}";
}

std::string manifest(const Parts& parts) {
  std::string text = R"({"schemaVersion":2,"mediaType":")" + parts.media_type + '"';
  if (!parts.artifact_type.empty()) {
    text += R"(,"artifactType":")" + parts.artifact_type + '"';
  }
  text +=
      R"(,"config":)" + descriptor(parts.config_type, oci::Digest::of(as_bytes("{}")).text(), "2");
  text += R"(,"layers":[)";
  for (std::size_t i = 0; i < parts.layer_types.size(); ++i) {
    text += (i > 0 ? "," : "") + descriptor(parts.layer_types[i], kEnvelope.text(), "8");
  }
  text += "]";
  if (!parts.subject_digest.empty()) {
    text += R"(,"subject":)" + descriptor(std::string(oci::media_type::kOciManifest),
                                          parts.subject_digest, parts.subject_size);
  }
  return text + parts.more + "}";
}

Result<oci::Descriptor> read(const std::string& text) {
  return envelope_of(oci::Blob::of(text), samples::image());
}

struct Accepted {
  const char* name;
  Parts parts;
};

Parts with(void (*change)(Parts&)) {
  Parts parts;
  change(parts);
  return parts;
}

void make_legacy(Parts& parts) {
  parts.artifact_type.clear();
  parts.config_type = oci::media_type::kNotarySignature;
}

const Accepted kAccepted[] = {
    {"ArtifactType", {}},
    {"Legacy", with(make_legacy)},  // NV-W06
    {"Jws", with([](Parts& p) { p.layer_types = {std::string(oci::media_type::kJose)}; })},
    {"LyingThumbprint",  // NV-W11
     with([](Parts& p) {
       p.more = R"(,"annotations":{"io.cncf.notary.x509chain.thumbprint#S256":"[\"00\"]"})";
     })},
    {"MalformedThumbprint",  // NV-W11
     with([](Parts& p) {
       p.more = R"(,"annotations":{"io.cncf.notary.x509chain.thumbprint#S256":"[["})";
     })},
};

TEST(SignatureManifest, FindsTheEnvelopeInBothForms) {
  for (const auto& row : kAccepted) {
    const auto envelope = read(manifest(row.parts));
    ASSERT_TRUE(envelope) << row.name << ": " << envelope.error().detail;
    EXPECT_EQ(envelope->digest, kEnvelope) << row.name;
    EXPECT_EQ(envelope->size, 8U) << row.name;
    EXPECT_EQ(envelope->media_type, row.parts.layer_types.front()) << row.name;
  }
}

struct Refused {
  const char* name;
  std::string text;
};

const Refused kRefused[] = {
    {"NotJson", "signature"},
    {"Index", R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",)"
              R"("manifests":[]})"},
    {"DockerManifest",
     manifest(with([](Parts& p) { p.media_type = oci::media_type::kDockerManifest; }))},
    {"ArtifactManifest", manifest(with([](Parts& p) {
       p.media_type = "application/vnd.oci.artifact.manifest.v1+json";
     }))},
    {"ArtifactTypeWithImageConfig", manifest(with([](Parts& p) {  // NV-W06
       p.config_type = "application/vnd.oci.image.config.v1+json";
     }))},
    {"ArtifactTypeWithLegacyConfig", manifest(with([](Parts& p) {  // NV-W06
       p.config_type = oci::media_type::kNotarySignature;
     }))},
    {"OtherArtifactType", manifest(with([](Parts& p) {
       p.artifact_type = "application/vnd.cncf.notary.signature.dm-verity";
     }))},
    {"LegacyWithOtherConfig", manifest(with([](Parts& p) { p.artifact_type.clear(); }))},  // NV-W06
    {"NoLayer", manifest(with([](Parts& p) { p.layer_types.clear(); }))},                  // NV-W05
    {"TwoLayers", manifest(with([](Parts& p) {                                             // NV-W05
       p.layer_types.push_back(p.layer_types.front());
     }))},
    {"UnknownLayer", manifest(with([](Parts& p) {  // NV-W05
       p.layer_types = {"application/pkcs7-signature"};
     }))},
    {"LayerTypeCase", manifest(with([](Parts& p) { p.layer_types = {"Application/cose"}; }))},
    {"NoSubject", manifest(with([](Parts& p) { p.subject_digest.clear(); }))},  // NV-W07
    {"OtherSubject", manifest(with([](Parts& p) {                               // NV-W07
       p.subject_digest = oci::Digest::of(as_bytes("other")).text();
     }))},
    {"OtherSubjectSize", manifest(with([](Parts& p) { p.subject_size = "529"; }))},  // NV-W07
    {"TooLarge", manifest(with([](Parts& p) {
       p.more = R"(,"x":")" + std::string(limits::kSignatureManifestBytes, 'x') + '"';
     }))},
};

TEST(SignatureManifest, RefusesEachRow) {
  for (const auto& row : kRefused) {
    const auto envelope = read(row.text);
    ASSERT_FALSE(envelope) << row.name;
    EXPECT_EQ(envelope.error().reason, Reason::EnvelopeInvalid) << row.name;
  }
}

}  // namespace
}  // namespace countersign::notation

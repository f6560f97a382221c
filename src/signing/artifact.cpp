// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "countersign/codec/json.h"
#include "countersign/codec/rfc3339.h"
#include "countersign/signing/signature.h"

namespace countersign::signing {
namespace {

struct ManifestParts {
  const oci::Descriptor& config;
  const oci::Descriptor& layer;
  const oci::Descriptor& subject;
  const std::map<std::string, std::string>& annotations;
};

oci::Descriptor describe(std::string_view media_type, const oci::Blob& blob);
std::string thumbprints(const x509::Chain& chain);
std::string write_manifest(const ManifestParts& parts);

}  // namespace

// Of the two forms the older one, where the config's media type says what it is: the Notation CLI
// 1.3 writes it, and finds no other in a layout.
Artifact make_artifact(Format format, ByteVector envelope, const oci::Descriptor& subject,
                       const x509::Chain& chain, Time created) {
  auto config = oci::Blob::of(std::string("{}"));
  auto layer = oci::Blob::of(std::move(envelope));
  auto config_descriptor = describe(oci::media_type::kNotarySignature, config);
  auto layer_descriptor = describe(media_type(format), layer);
  std::map<std::string, std::string> annotations{
      {"io.cncf.notary.x509chain.thumbprint#S256", thumbprints(chain)},
      {"org.opencontainers.image.created", codec::format_rfc3339(created)}};
  auto manifest = oci::Blob::of(write_manifest({.config = config_descriptor,
                                                .layer = layer_descriptor,
                                                .subject = subject,
                                                .annotations = annotations}));
  auto descriptor = describe(oci::media_type::kOciManifest, manifest);
  descriptor.artifact_type = oci::media_type::kNotarySignature;
  descriptor.annotations = std::move(annotations);
  return Artifact{.config = std::move(config),
                  .envelope = std::move(layer),
                  .manifest = std::move(manifest),
                  .descriptor = std::move(descriptor),
                  .config_descriptor = std::move(config_descriptor),
                  .envelope_descriptor = std::move(layer_descriptor)};
}

namespace {

oci::Descriptor describe(std::string_view media_type, const oci::Blob& blob) {
  return {.media_type = std::string(media_type),
          .digest = blob.digest(),
          .size = blob.bytes().size(),
          .artifact_type = {},
          .annotations = {}};
}

// Signature specification, "Signature Storage": "the value is the list of SHA-256 fingerprint[s] of
// the signing certificate and certificate chain", a JSON array in a string.
std::string thumbprints(const x509::Chain& chain) {
  codec::JsonWriter json;
  json.begin_array();
  for (const auto& certificate : chain) {
    json.string(certificate.thumbprint());
  }
  return json.end_array().take();
}

void write_descriptor(codec::JsonWriter& json, const oci::Descriptor& descriptor) {
  json.begin_object()
      .member("mediaType", descriptor.media_type)
      .member("digest", descriptor.digest.text())
      .member("size", descriptor.size)
      .end_object();
}

std::string write_manifest(const ManifestParts& parts) {
  codec::JsonWriter json;
  json.begin_object().member("schemaVersion", 2).member("mediaType", oci::media_type::kOciManifest);
  write_descriptor(json.key("config"), parts.config);
  write_descriptor(json.key("layers").begin_array(), parts.layer);
  write_descriptor(json.end_array().key("subject"), parts.subject);
  json.key("annotations").begin_object();
  for (const auto& [key, value] : parts.annotations) {
    json.member(key, value);
  }
  json.end_object().end_object();
  return json.take();
}

}  // namespace
}  // namespace countersign::signing

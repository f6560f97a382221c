// SPDX-License-Identifier: Apache-2.0
#include "countersign/notation/signature_manifest.h"

#include <string>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/oci/manifest.h"

namespace countersign::notation {
namespace {

Result<oci::Manifest> parse_image_manifest(Bytes document);
Result<void> check_form(const oci::Manifest& manifest);
Result<oci::Descriptor> only_layer(oci::Manifest manifest);

}  // namespace

Result<SignatureManifest> read_signature_manifest(const oci::Blob& manifest) {
  TRY(auto parsed, parse_image_manifest(manifest.bytes()));
  TRY_VOID(check_form(parsed));
  if (!parsed.subject) {
    return fail(Reason::EnvelopeInvalid, "the signature manifest has no subject");
  }
  auto subject = *std::move(parsed.subject);
  TRY(auto envelope, only_layer(std::move(parsed)));
  return SignatureManifest{std::move(subject), std::move(envelope)};
}

// The media type is left to the signed payload.
Result<oci::Descriptor> envelope_of(const SignatureManifest& manifest,
                                    const oci::Descriptor& subject) {
  const auto& own = manifest.subject;
  if (own.digest != subject.digest || own.size != subject.size) {
    return fail(Reason::EnvelopeInvalid, "the signature manifest is about " + own.digest.text() +
                                             " of " + std::to_string(own.size) + " bytes");
  }
  return manifest.envelope;
}

Result<oci::Descriptor> envelope_of(const oci::Blob& manifest, const oci::Descriptor& subject) {
  TRY(const auto read, read_signature_manifest(manifest));
  return envelope_of(read, subject);
}

namespace {

// Signatures are stored in OCI image manifests only; the artifact manifest of OCI 1.1's release
// candidates is not supported.
Result<oci::Manifest> parse_image_manifest(Bytes document) {
  if (document.size() > limits::kSignatureManifestBytes) {
    return fail(Reason::EnvelopeInvalid, "the signature manifest has more than " +
                                             std::to_string(limits::kSignatureManifestBytes) +
                                             " bytes");
  }
  auto parsed = oci::parse_manifest(document, oci::media_type::kOciManifest);
  if (!parsed) {
    return fail(Reason::EnvelopeInvalid, "signature manifest: " + parsed.error().detail);
  }
  return parsed;
}

// Signature specification, "Storage": artifactType is the Notary Project's and the config is empty;
// without artifactType (OCI 1.0) the config's media type stands for it.
Result<void> check_form(const oci::Manifest& manifest) {
  const std::string config = manifest.config ? manifest.config->media_type : "";
  if (manifest.artifact_type.empty() && config == oci::media_type::kNotarySignature) {
    return {};
  }
  if (manifest.artifact_type == oci::media_type::kNotarySignature &&
      config == oci::media_type::kOciEmpty) {
    return {};
  }
  return fail(Reason::EnvelopeInvalid, "not a Notary Project signature: artifactType \"" +
                                           manifest.artifact_type + "\", config \"" + config +
                                           "\"");
}

Result<oci::Descriptor> only_layer(oci::Manifest manifest) {
  if (manifest.layers.size() != 1) {
    return fail(Reason::EnvelopeInvalid,
                "the signature manifest has " + std::to_string(manifest.layers.size()) + " layers");
  }
  oci::Descriptor& layer = manifest.layers.front();
  if (layer.media_type != oci::media_type::kCose && layer.media_type != oci::media_type::kJose) {
    return fail(Reason::EnvelopeInvalid, "unknown envelope type " + layer.media_type);
  }
  return std::move(layer);
}

}  // namespace
}  // namespace countersign::notation

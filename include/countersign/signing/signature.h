// SPDX-License-Identifier: Apache-2.0
// A new signature: from what is to be signed to the envelope and the manifest that hold it (Notary
// Project signature specification 1.1; envelope specifications COSE and JWS).
//
// Nothing leaves here that open_envelope() of our own does not accept: what is signed can be
// verified, or there is no signature.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "countersign/base/bytes.h"
#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/oci/descriptor.h"
#include "countersign/signing/signer.h"
#include "countersign/signing/timestamper.h"

namespace countersign::signing {

enum class Format : std::uint8_t { Cose, Jws };
std::string_view media_type(Format);  // "application/cose"

struct Request {
  oci::Descriptor target;  // media type, digest and size are signed, nothing else of it
  // Signed as the target's annotations. Keys that begin with "io.cncf.notary" are reserved.
  std::map<std::string, std::string> user_metadata;
  Format format = Format::Cose;
  Time signing_time{};         // whole seconds are signed
  std::optional<Time> expiry;  // later than signing_time
  std::string agent;           // "countersign/0.1.0": not signed
};

// The payload, JSON: {"targetArtifact": {...}}. BadConfig: metadata that is reserved, empty keys,
// more than the limits.
[[nodiscard]] Result<std::string> make_payload(const Request&);

// `timestamper`: null for none. BadConfig: what the request says can't be signed; else what the
// signer or the timestamper says; CertificateExpired: a certificate of the chain is not valid at
// the timestamp's time, so that verification would refuse; Internal: our own rules refuse what came
// out.
[[nodiscard]] Result<ByteVector> make_envelope(const Request&, const Signer&, Timestamper*,
                                               Deadline);

struct Artifact {
  oci::Blob config;
  oci::Blob envelope;
  oci::Blob manifest;
  // Of the manifest, as lists of referrers have it: with artifactType and annotations.
  oci::Descriptor descriptor;
  // Of the manifest's blobs: the empty config, "{}", and the envelope.
  oci::Descriptor config_descriptor, envelope_descriptor;
};

// In the form that the Notation CLI 1.3 writes: an image manifest with `subject`, a config of the
// media type application/vnd.cncf.notary.signature, one layer, and the annotations
// io.cncf.notary.x509chain.thumbprint#S256 and org.opencontainers.image.created.
Artifact make_artifact(Format, ByteVector envelope, const oci::Descriptor& subject,
                       const x509::Chain&, Time created);

}  // namespace countersign::signing

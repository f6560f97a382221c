// SPDX-License-Identifier: Apache-2.0
// The manifest that holds a signature (Notary Project signature specification, "Storage").
#pragma once
#include <string_view>

#include "countersign/base/result.h"
#include "countersign/oci/descriptor.h"

namespace countersign::notation {

struct SignatureManifest {  // a fact: the same bytes say the same at any time
  oci::Descriptor subject;
  oci::Descriptor envelope;
};

// Both forms: `artifactType` with the empty config, and the older one with the config's media type.
// Exactly one layer, of a known envelope type; `subject` is there. Reason::EnvelopeInvalid
// otherwise.
[[nodiscard]] Result<SignatureManifest> read_signature_manifest(const oci::Blob& manifest);

// The envelope's descriptor, when the manifest's subject has the digest and size of what is
// verified. Reason::EnvelopeInvalid otherwise.
[[nodiscard]] Result<oci::Descriptor> envelope_of(const SignatureManifest& manifest,
                                                  const oci::Descriptor& subject);
// Both in one.
[[nodiscard]] Result<oci::Descriptor> envelope_of(const oci::Blob& manifest,
                                                  const oci::Descriptor& subject);

}  // namespace countersign::notation

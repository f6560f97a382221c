// SPDX-License-Identifier: Apache-2.0
// The manifest that holds a signature (Notary Project signature specification, "Storage").
#pragma once
#include <string_view>

#include "countersign/base/result.h"
#include "countersign/oci/descriptor.h"

namespace countersign::notation {

// Both forms: `artifactType` with the empty config, and the older one with the config's media type.
// Exactly one layer, of a known envelope type; `subject` is there and has the digest and size of
// what is verified. Returns the envelope's descriptor. Reason::EnvelopeInvalid otherwise.
[[nodiscard]] Result<oci::Descriptor> envelope_of(const oci::Blob& manifest,
                                                  const oci::Descriptor& subject);

}  // namespace countersign::notation

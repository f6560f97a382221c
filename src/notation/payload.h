// SPDX-License-Identifier: Apache-2.0
// The payload of an envelope (Notary Project signature specification, "Payload"): which artifact
// was signed. Call it with signed bytes only.
#pragma once
#include "countersign/base/bytes.h"
#include "countersign/base/result.h"
#include "countersign/oci/descriptor.h"

namespace countersign::notation {

// `targetArtifact` with mediaType, digest and size, and annotations of strings. Unknown members are
// ignored; member names are exact, unlike in the Notation CLI. Reason::EnvelopeInvalid for JSON
// that is no object; PayloadMismatch for what names no artifact, strict JSON or not.
[[nodiscard]] Result<oci::Descriptor> parse_payload(Bytes payload);

}  // namespace countersign::notation

// SPDX-License-Identifier: Apache-2.0
#include "notation/payload.h"

#include "countersign/base/limits.h"
#include "countersign/codec/json.h"
#include "countersign/oci/manifest.h"

namespace countersign::notation {

Result<oci::Descriptor> parse_payload(Bytes payload) {
  TRY(const auto json, codec::Json::parse(as_text(payload), {.bytes = limits::kEnvelopeBytes},
                                          Reason::PayloadMismatch));
  if (!json.is_object()) {
    return fail(Reason::EnvelopeInvalid, "the payload is not a JSON object");
  }
  const codec::Json* target = json.find("targetArtifact");
  if (target == nullptr) {
    return fail(Reason::PayloadMismatch, "the payload has no targetArtifact");
  }
  return oci::parse_descriptor(*target, Reason::PayloadMismatch);
}

}  // namespace countersign::notation

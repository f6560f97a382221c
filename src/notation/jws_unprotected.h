// SPDX-License-Identifier: Apache-2.0
// The unprotected header of a JWS envelope, decoded.
#pragma once
#include "countersign/base/result.h"
#include "countersign/codec/json.h"

#include "notation/unprotected_header.h"

namespace countersign::notation {

// Reason::EnvelopeInvalid. Certificates and timestamp are base64 with padding (RFC 7515, 4.1.6);
// unknown members are ignored.
[[nodiscard]] Result<UnprotectedHeader> read_unprotected_header(const codec::Json& header,
                                                                x509::CertificateMemory& known);

}  // namespace countersign::notation

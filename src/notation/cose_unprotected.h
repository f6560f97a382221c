// SPDX-License-Identifier: Apache-2.0
// The unprotected header of a COSE envelope, decoded.
#pragma once
#include "countersign/base/result.h"
#include "countersign/codec/cbor.h"

#include "notation/unprotected_header.h"

namespace countersign::notation {

// Reason::EnvelopeInvalid. The chain is the array form of x5chain (RFC 9360), also for one
// certificate; unknown labels are ignored.
[[nodiscard]] Result<UnprotectedHeader> read_unprotected_header(const codec::Cbor& header,
                                                                x509::CertificateMemory& known);

}  // namespace countersign::notation

// SPDX-License-Identifier: Apache-2.0
// OCSP (RFC 6960): the question about one certificate, and what a responder's answer is worth.
//
// Stricter than the Notation CLI: a delegated responder must be issued by the very CA, be valid
// now, and have the extended key usage OCSPSigning; the answer's CertID must name this issuer, not
// only this serial number; SHA-1 signatures count for nothing. A nonce is neither sent nor asked
// for.
#pragma once
#include <optional>

#include "countersign/base/bytes.h"
#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/x509/certificate.h"
#include "countersign/x509/revocation_status.h"

namespace countersign::x509 {

// DER of an OCSPRequest with one CertID. SHA-1 is only a name in it, and many responders know no
// other.
ByteVector ocsp_request(const Certificate& certificate, const Certificate& issuer);

struct OcspAnswer {
  RevocationStatus status;  // Unknown when the responder itself says so
  // A delegate that does not say ocsp-nocheck (RFC 6960, 4.2.2.2.1): whether he was revoked has to
  // be asked, of revocation lists, where he names some.
  std::optional<Certificate> delegate;
};

// Reason::RevocationUnknown when the response can't be used: malformed, larger than
// limits::kOcspResponseBytes, not `successful`, about another certificate, by somebody who may not
// answer, badly signed, from the future by more than limits::kRevocationSkew, without nextUpdate or
// past it.
[[nodiscard]] Result<OcspAnswer> read_ocsp(Bytes response, const Certificate& certificate,
                                           const Certificate& issuer, Time now);

}  // namespace countersign::x509

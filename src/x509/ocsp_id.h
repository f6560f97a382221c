// SPDX-License-Identifier: Apache-2.0
// How OCSP names certificates (RFC 6960, 4.1.1): by hashes of the issuer's name and key, and the
// serial number. SHA-1 serves as a name here, and nowhere else.
#pragma once
#include <optional>

#include "countersign/base/bytes.h"
#include "countersign/x509/certificate.h"

namespace countersign::x509 {

// DER of the CertID by SHA-1: many responders know no other.
ByteVector ocsp_id(const Certificate& certificate, const Certificate& issuer);

enum class OcspIdMatch : std::uint8_t { Malformed, Other, Same };

// Does a CertID (its content) name this certificate of this issuer, by SHA-1 or SHA-2?
OcspIdMatch match_ocsp_id(Bytes id, const Certificate& certificate, const Certificate& issuer);

// KeyHash of a responder: "SHA-1 hash of the value of the BIT STRING subjectPublicKey".
bool is_key_hash(Bytes hash, const Certificate& owner);

}  // namespace countersign::x509

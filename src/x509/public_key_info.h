// SPDX-License-Identifier: Apache-2.0
// SubjectPublicKeyInfo (RFC 5280, 4.1.2.7; RFC 3279; RFC 5480).
#pragma once
#include "countersign/base/bytes.h"
#include "countersign/base/result.h"
#include "countersign/crypto/public_key.h"

namespace countersign::x509 {

// RSA keys and those of P-256, P-384 and P-521 are read here, strictly and fast; any other goes to
// OpenSSL, which takes its time: it is at most named in a refusal, or belongs to an unusual CA.
[[nodiscard]] Result<crypto::PublicKey> read_public_key(Bytes info, Reason reason);

}  // namespace countersign::x509

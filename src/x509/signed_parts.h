// SPDX-License-Identifier: Apache-2.0
// What revocation lists and OCSP responses are signed in:
// SEQUENCE { to be signed, AlgorithmIdentifier, BIT STRING, ... }.
#pragma once
#include <optional>

#include "countersign/base/bytes.h"
#include "countersign/crypto/public_key.h"

#include "x509/der.h"

namespace countersign::x509 {

struct SignedParts {
  Der to_be_signed;  // a SEQUENCE
  Bytes algorithm;   // whole AlgorithmIdentifier
  Bytes signature;
};

std::optional<SignedParts> take_signed_parts(DerReader& fields);

// By this key, and strongly: nothing is worth less than what a weak hash signs.
bool signed_by(const SignedParts& parts, const crypto::PublicKey& key);

}  // namespace countersign::x509

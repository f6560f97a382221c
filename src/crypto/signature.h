// SPDX-License-Identifier: Apache-2.0
// Signatures, through OpenSSL.
#pragma once
#include <openssl/evp.h>

#include "countersign/base/bytes.h"
#include "countersign/base/result.h"
#include "countersign/crypto/public_key.h"

namespace countersign::crypto {

// Reason::SignatureInvalid when it does not match; Reason::Internal when OpenSSL can't verify with
// this key. RSASSA-PSS: "the salt length is the length of the hash, MGF1 uses the same hash". ECDSA
// is in DER. The key must suit the scheme.
[[nodiscard]] Result<void> check_signature(EVP_PKEY* key, SignatureScheme scheme,
                                           HashAlgorithm hash, Bytes message, Bytes signature);

// What check_signature accepts. Reason::Internal when OpenSSL can't sign with this key.
[[nodiscard]] Result<ByteVector> make_signature(EVP_PKEY* key, SignatureScheme scheme,
                                                HashAlgorithm hash, Bytes message);

// ECDSA as r || s, both of the same width, in DER; and back.
[[nodiscard]] Result<ByteVector> der_of_fixed_width(Bytes signature);
[[nodiscard]] Result<ByteVector> fixed_width_of_der(Bytes signature, std::size_t width);

}  // namespace countersign::crypto

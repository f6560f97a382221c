// SPDX-License-Identifier: Apache-2.0
// Signatures as certificates, revocation lists, OCSP responses and timestamps carry them: an
// AlgorithmIdentifier names scheme and hash (RFC 4055, RFC 5758, RFC 8410). Envelopes are another
// matter: there the key decides (crypto/public_key.h).
#pragma once
#include <optional>

#include "countersign/base/bytes.h"
#include "countersign/crypto/digest.h"
#include "countersign/crypto/public_key.h"

namespace countersign::x509 {

using crypto::SignatureScheme;

struct SignatureMethod {
  SignatureScheme scheme = SignatureScheme::RsaPkcs1;
  crypto::HashAlgorithm hash = crypto::HashAlgorithm::Sha256;  // of Ed25519: not used
};

// `algorithm` is a whole AlgorithmIdentifier in DER, with the parameters that belong to it. nullopt
// for everything that is weak or not known: SHA-1, MD5, and RSASSA-PSS whose salt length or MGF1
// hash is not that of its hash.
std::optional<SignatureMethod> signature_method(Bytes algorithm);

// The hash that an AlgorithmIdentifier names: SHA-256, 384 or 512, parameters absent or NULL.
std::optional<crypto::HashAlgorithm> hash_method(Bytes algorithm);
// Such an AlgorithmIdentifier, DER, with NULL: all who read one take it, as OpenSSL and Notation
// write it.
ByteVector hash_identifier(crypto::HashAlgorithm hash);

// Is this the signature of that key over the message? False, too, when the key is of another kind
// than the scheme, or may not be used: RSA below the limit of kCaSecurityBits or with an unsound
// exponent.
bool verifies(const crypto::PublicKey& key, const SignatureMethod& method, Bytes message,
              Bytes signature);

}  // namespace countersign::x509

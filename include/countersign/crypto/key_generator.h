// SPDX-License-Identifier: Apache-2.0
// New private keys, for tests and demonstrations. A signer's own key is better born in a vault,
// which it can't leave.
#pragma once
#include "countersign/base/result.h"
#include "countersign/base/secret.h"
#include "countersign/crypto/public_key.h"

namespace countersign::crypto {

// The key that this algorithm belongs to: PEM, PKCS #8, without a passphrase. RSA takes seconds.
// Reason::Internal: OpenSSL refuses.
[[nodiscard]] Result<Secret> generate_key(SignatureAlgorithm);

// The same key as ENCRYPTED PRIVATE KEY: PBES2 with PBKDF2 over HMAC with SHA-256, and AES-256.
// BadConfig: `pem` is no private key without passphrase, or the passphrase is empty.
[[nodiscard]] Result<Secret> encrypt_key(const Secret& pem, const Secret& passphrase);

}  // namespace countersign::crypto

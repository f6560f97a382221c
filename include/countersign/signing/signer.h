// SPDX-License-Identifier: Apache-2.0
// Who signs: a private key, wherever it lives, and the chain of certificates that vouches for it.
#pragma once
#include <memory>

#include "countersign/base/bytes.h"
#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/crypto/private_key.h"
#include "countersign/crypto/public_key.h"
#include "countersign/x509/certificate.h"

namespace countersign::signing {

class Signer {
 public:
  virtual ~Signer() = default;
  // Complete, the signer's first, of signing_chain().
  virtual const x509::Chain& chain() const = 0;
  // By the algorithm of chain().front()'s key: RSASSA-PSS or r || s (crypto/public_key.h).
  // SignatureInvalid: what came back is not this key's signature of `message`.
  [[nodiscard]] virtual Result<ByteVector> sign(Bytes message, Deadline) const = 0;
};

// The certificate of `key`, and what stands above it, out of certificates in any order. BadConfig,
// with a detail that names the certificate: none is this key's; a link is missing; one is left
// over; the code signing profile is not met (the key's strength, its usage, ...); one is outside
// its time at `now`.
[[nodiscard]] Result<x509::Chain> signing_chain(const crypto::PublicKey& key,
                                                const x509::Chain& certificates, Time now);

// `chain`: of signing_chain(), for this key.
std::unique_ptr<Signer> local_signer(crypto::PrivateKey key, x509::Chain chain);

}  // namespace countersign::signing

// SPDX-License-Identifier: Apache-2.0
// Signs what certificates, revocation lists and OCSP responses have in common:
// SEQUENCE { tbs, AlgorithmIdentifier, BIT STRING }.
#pragma once
#include <optional>

#include "countersign/base/bytes.h"
#include "countersign/crypto/openssl_ptr.h"

#include "support/key.h"
#include "support/pki.h"

namespace countersign::test {

const EVP_MD* digest_of(SignatureHash hash);

class StructureSigner {  // for one structure
 public:
  StructureSigner(const Key& key, SignatureHash hash, const std::optional<Pss>& pss);

  ByteVector algorithm() const;  // AlgorithmIdentifier
  // The whole structure, with `more` behind the signature.
  ByteVector close(const ByteVector& tbs, const ByteVector& more = {});

 private:
  Key key_;
  crypto::MdContextPtr context_;
  EVP_PKEY_CTX* parameters_ = nullptr;  // owned by the context
};

}  // namespace countersign::test

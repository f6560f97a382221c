// SPDX-License-Identifier: Apache-2.0
#include "countersign/crypto/same_key.h"

#include "countersign/crypto/openssl_ptr.h"

namespace countersign::crypto {

bool same_key(const PublicKey& one, const PublicKey& other) {
  const ErrorQueueGuard errors;
  return EVP_PKEY_eq(one.native(), other.native()) == 1;
}

}  // namespace countersign::crypto

// SPDX-License-Identifier: Apache-2.0
// OpenSSL's name for our hashes.
#pragma once
#include <openssl/evp.h>

#include "countersign/crypto/digest.h"

namespace countersign::crypto {

const EVP_MD* message_digest(HashAlgorithm);

}  // namespace countersign::crypto

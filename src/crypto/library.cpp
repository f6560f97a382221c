// SPDX-License-Identifier: Apache-2.0
#include "countersign/crypto/library.h"

#include <openssl/crypto.h>

namespace countersign::crypto {

std::string openssl_version() { return OpenSSL_version(OPENSSL_VERSION_STRING); }

}  // namespace countersign::crypto

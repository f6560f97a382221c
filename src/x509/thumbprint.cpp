// SPDX-License-Identifier: Apache-2.0
#include "countersign/x509/thumbprint.h"

#include <cstdlib>

#include <openssl/evp.h>

namespace countersign::x509 {

ByteVector sha1_thumbprint(const Certificate& certificate) {
  const Bytes der = certificate.der();
  ByteVector value(20);
  if (EVP_Digest(der.data(), der.size(), value.data(), nullptr, EVP_sha1(), nullptr) != 1) {
    std::abort();  // no memory
  }
  return value;
}

}  // namespace countersign::x509

// SPDX-License-Identifier: Apache-2.0
// Decrypting a part of a PKCS#12 file with the empty password (RFC 7292, appendix C; RFC 8018).
#pragma once
#include <cstddef>

#include <openssl/crypto.h>

#include "countersign/base/bytes.h"
#include "countersign/base/result.h"

#include "x509/pkcs12_password.h"

namespace countersign::x509 {

class PlainBytes {  // in OpenSSL's memory; wiped when they go
 public:
  PlainBytes(unsigned char* bytes, std::size_t size) : bytes_(bytes), size_(size) {}
  PlainBytes(PlainBytes&& other) noexcept : bytes_(other.bytes_), size_(other.size_) {
    other.bytes_ = nullptr;
    other.size_ = 0;
  }
  PlainBytes& operator=(PlainBytes&&) = delete;
  ~PlainBytes() { OPENSSL_clear_free(bytes_, size_); }

  Bytes get() const { return {bytes_, size_}; }

 private:
  unsigned char* bytes_;
  std::size_t size_;
};

// `algorithm` is a whole AlgorithmIdentifier.
[[nodiscard]] Result<PlainBytes> decrypt(Bytes algorithm, Bytes encrypted, EmptyPassword,
                                         Reason reason);

}  // namespace countersign::x509

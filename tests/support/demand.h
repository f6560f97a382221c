// SPDX-License-Identifier: Apache-2.0
// For the test equipment's own use of OpenSSL.
#pragma once
#include <cstdio>
#include <cstdlib>
#include <string>

#include <openssl/err.h>

#include "countersign/crypto/openssl_ptr.h"

namespace countersign::test {

[[noreturn]] inline void give_up(const char* what) {
  std::fprintf(stderr, "test PKI: %s\n", what);
  ERR_print_errors_fp(stderr);
  std::abort();
}

inline void demand(bool good, const char* what) {
  if (!good) {
    give_up(what);
  }
}

template <class Object, int (*i2d)(const Object*, unsigned char**)>
ByteVector encode(const Object* object) {
  unsigned char* bytes = nullptr;
  const int size = i2d(object, &bytes);
  demand(size > 0, "encode");
  const crypto::OpensslBytes owner(bytes);
  return {bytes, bytes + size};
}

inline std::string drain(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace countersign::test

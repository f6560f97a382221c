// SPDX-License-Identifier: Apache-2.0
// Owners of OpenSSL objects. A raw pointer from OpenSSL is put into one on the line where it is
// born. Only crypto, x509 and server may include this.
#pragma once
#include <memory>

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace countersign::crypto {

template <auto release>
struct Releaser {
  template <class Object>
  void operator()(Object* object) const noexcept {
    release(object);
  }
};
template <class Object, auto release>
using OpensslPtr = std::unique_ptr<Object, Releaser<release>>;

// OPENSSL_free is a macro, and what an i2d function allocates must go through it.
inline void free_bytes(unsigned char* bytes) noexcept { OPENSSL_free(bytes); }
using OpensslBytes = OpensslPtr<unsigned char, free_bytes>;

using BioPtr = OpensslPtr<BIO, BIO_free_all>;
using BignumPtr = OpensslPtr<BIGNUM, BN_free>;
using EcdsaSigPtr = OpensslPtr<ECDSA_SIG, ECDSA_SIG_free>;
using MdContextPtr = OpensslPtr<EVP_MD_CTX, EVP_MD_CTX_free>;
using KeyPtr = OpensslPtr<EVP_PKEY, EVP_PKEY_free>;
using KeyContextPtr = OpensslPtr<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using X509Ptr = OpensslPtr<X509, X509_free>;
using X509NamePtr = OpensslPtr<X509_NAME, X509_NAME_free>;
using ObjectPtr = OpensslPtr<ASN1_OBJECT, ASN1_OBJECT_free>;
using SslContextPtr = OpensslPtr<SSL_CTX, SSL_CTX_free>;
using BasicConstraintsPtr = OpensslPtr<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free>;
using BitStringPtr = OpensslPtr<ASN1_BIT_STRING, ASN1_BIT_STRING_free>;
using ExtendedKeyUsagePtr = OpensslPtr<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free>;

// Empties this thread's error queue at the end of the scope: what a failed call leaves there would
// be read as the failure of the next one, of TLS above all.
class ErrorQueueGuard {
 public:
  ErrorQueueGuard() = default;
  ErrorQueueGuard(const ErrorQueueGuard&) = delete;
  ErrorQueueGuard& operator=(const ErrorQueueGuard&) = delete;
  ~ErrorQueueGuard() { ERR_clear_error(); }
};

}  // namespace countersign::crypto

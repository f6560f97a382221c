// SPDX-License-Identifier: Apache-2.0
// The steps in which every certificate of our own making comes about. What returns bool or a null
// pointer says that OpenSSL refuses, whose error queue the caller guards.
#pragma once
#include <initializer_list>
#include <string>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/base/secret.h"
#include "countersign/crypto/openssl_ptr.h"
#include "countersign/crypto/public_key.h"
#include "countersign/x509/issue.h"

namespace countersign::x509 {

struct NewKey {
  Secret pem;
  crypto::KeyPtr key;
};

struct Issuer {
  crypto::X509Ptr certificate;
  crypto::KeyPtr key;
};

struct Extension {
  int type;
  const char* value;  // as in an OpenSSL configuration file: never from outside
};

std::unexpected<Error> not_made();  // Reason::Internal

[[nodiscard]] Result<NewKey> new_key(crypto::SignatureAlgorithm);
// Version 3 with a serial number that nobody can guess; no names yet.
crypto::X509Ptr blank(EVP_PKEY* key, Time from, Time until);
bool extend(X509* certificate, X509* issuer, std::initializer_list<Extension>);
// Signed with the hash that the Notary Project gives to the issuer's key; in PEM.
[[nodiscard]] Result<std::string> sign(X509* certificate, EVP_PKEY* issuer);

// Reason::BadConfig: no CA, or not its key.
[[nodiscard]] Result<Issuer> read_issuer(const KeyedCertificate& authority);
[[nodiscard]] Result<Time> end_of(const X509* certificate);

}  // namespace countersign::x509

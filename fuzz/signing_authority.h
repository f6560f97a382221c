// SPDX-License-Identifier: Apache-2.0
// A CA for fuzz targets: it signs whatever the fuzzer makes up, so that what lies behind a
// signature check is reached. Always the same key, and a kind of signature that has no randomness.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include <openssl/x509.h>

#include "countersign/crypto/openssl_ptr.h"
#include "countersign/x509/certificate.h"

#include "x509/der.h"
#include "x509/der_writer.h"

namespace countersign::fuzz {

inline void demand(bool law) {
  if (!law) {
    std::abort();
  }
}

inline ByteVector copy_of(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

class SigningAuthority {
 public:
  SigningAuthority() : key_(make_key()), certificate_(certify(1)), subject_(certify(2)) {}

  const x509::Certificate& certificate() const { return certificate_; }
  const x509::Certificate& subject() const { return subject_; }  // a certificate that it issued

  static ByteVector algorithm() {  // id-Ed25519
    return {0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70};
  }

  // SEQUENCE { tbs, algorithm, signature }
  ByteVector sign(const ByteVector& tbs) const {
    const crypto::MdContextPtr context(EVP_MD_CTX_new());
    ByteVector bits(65);  // the first octet counts unused bits
    std::size_t size = 64;
    demand(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1);
    demand(EVP_DigestSign(context.get(), bits.data() + 1, &size, tbs.data(), tbs.size()) == 1);
    return x509::write_der(x509::der::kSequence,
                           {tbs, algorithm(), x509::write_der(x509::der::kBitString, bits)});
  }

 private:
  static crypto::KeyPtr make_key() {
    const ByteVector secret(32, 0x11);
    crypto::KeyPtr key(
        EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, secret.data(), secret.size()));
    demand(key != nullptr);
    return key;
  }

  x509::Certificate certify(long serial) const {
    const crypto::X509Ptr made(X509_new());
    X509_NAME* const name = X509_get_subject_name(made.get());
    demand(X509_set_version(made.get(), X509_VERSION_3) == 1);
    demand(ASN1_INTEGER_set(X509_get_serialNumber(made.get()), serial) == 1);
    demand(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                      reinterpret_cast<const unsigned char*>("fuzz"), -1, -1,
                                      0) == 1);
    demand(X509_set_issuer_name(made.get(), name) == 1);
    demand(ASN1_TIME_set_string_X509(X509_getm_notBefore(made.get()), "20200101000000Z") == 1);
    demand(ASN1_TIME_set_string_X509(X509_getm_notAfter(made.get()), "20900101000000Z") == 1);
    demand(X509_set_pubkey(made.get(), key_.get()) == 1);
    demand(X509_sign(made.get(), key_.get(), nullptr) > 0);
    unsigned char* der = nullptr;
    const int size = i2d_X509(made.get(), &der);
    const crypto::OpensslBytes owner(der);
    demand(size > 0);
    auto certificate =
        x509::Certificate::parse_der({der, static_cast<std::size_t>(size)}, Reason::Internal);
    demand(certificate.has_value());
    return *std::move(certificate);
  }

  crypto::KeyPtr key_;
  x509::Certificate certificate_;
  x509::Certificate subject_;
};

// Another place for each input, so that all bits come up in time.
inline std::size_t choice(Bytes input) {
  std::size_t hash = 2'166'136'261U;  // FNV-1a
  for (const std::uint8_t byte : input) {
    hash = (hash ^ byte) * 16'777'619U;
  }
  return hash;
}

// `bytes` with one bit of `part`, which lies in them, flipped.
inline ByteVector flipped(Bytes bytes, Bytes part, std::size_t choice) {
  ByteVector changed = copy_of(bytes);
  const auto start = static_cast<std::size_t>(part.data() - bytes.data());
  const std::size_t at = start + choice / 8 % part.size();
  changed[at] = static_cast<std::uint8_t>(changed[at] ^ (1U << (choice % 8)));
  return changed;
}

}  // namespace countersign::fuzz

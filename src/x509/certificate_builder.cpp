// SPDX-License-Identifier: Apache-2.0
#include "x509/certificate_builder.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <openssl/pem.h>

#include "countersign/crypto/key_generator.h"
#include "countersign/crypto/random.h"

namespace countersign::x509 {
namespace {

using crypto::BignumPtr;
using crypto::BioPtr;
using crypto::KeyPtr;
using crypto::OpensslPtr;
using crypto::X509Ptr;
using ExtensionPtr = OpensslPtr<X509_EXTENSION, X509_EXTENSION_free>;

int no_passphrase(char*, int, int, void*) { return -1; }

BioPtr reader(const std::string& text) {
  const bool fits = text.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max());
  return BioPtr(fits ? BIO_new_mem_buf(text.data(), static_cast<int>(text.size())) : nullptr);
}

KeyPtr read_key(const Secret& pem) {
  const auto input = reader(pem.reveal());
  return KeyPtr(input ? PEM_read_bio_PrivateKey(input.get(), nullptr, no_passphrase, nullptr)
                      : nullptr);
}

X509Ptr read_certificate(const std::string& pem) {
  const auto input = reader(pem);
  return X509Ptr(input ? PEM_read_bio_X509(input.get(), nullptr, no_passphrase, nullptr) : nullptr);
}

// CA/Browser Forum: at least 64 unpredictable bits; RFC 5280, 4.1.2.2: positive, 20 octets at most.
bool number(X509* certificate) {
  constexpr std::size_t kOctets = 20;
  auto bytes = crypto::random_bytes(kOctets);
  bytes.front() &= 0x7FU;  // 159 bits
  const BignumPtr value(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
  return value && BN_is_zero(value.get()) == 0 &&
         BN_to_ASN1_INTEGER(value.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_time(ASN1_TIME* field, Time time) {
  return ASN1_TIME_set(field, time.time_since_epoch().count()) != nullptr;
}

// Of an authority's key; one that the Notary Project has no algorithm for signs with SHA-256.
const EVP_MD* hash_for(EVP_PKEY* key) {
  const auto algorithm = crypto::PublicKey::share(key).algorithm();
  switch (algorithm ? crypto::hash_of(*algorithm) : crypto::HashAlgorithm::Sha256) {
    case crypto::HashAlgorithm::Sha256:
      return EVP_sha256();
    case crypto::HashAlgorithm::Sha384:
      return EVP_sha384();
    case crypto::HashAlgorithm::Sha512:
      return EVP_sha512();
  }
  return nullptr;
}

}  // namespace

std::unexpected<Error> not_made() {
  return fail(Reason::Internal, "OpenSSL does not make a certificate of this");
}

Result<NewKey> new_key(crypto::SignatureAlgorithm algorithm) {
  TRY(auto pem, crypto::generate_key(algorithm));
  auto key = read_key(pem);
  if (!key) {
    return not_made();
  }
  return NewKey{std::move(pem), std::move(key)};
}

X509Ptr blank(EVP_PKEY* key, Time from, Time until) {
  X509Ptr certificate(X509_new());
  const bool made = key != nullptr && certificate != nullptr &&
                    X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
                    number(certificate.get()) &&
                    set_time(X509_getm_notBefore(certificate.get()), from) &&
                    set_time(X509_getm_notAfter(certificate.get()), until) &&
                    X509_set_pubkey(certificate.get(), key) == 1;
  return made ? std::move(certificate) : nullptr;
}

bool extend(X509* certificate, X509* issuer, std::initializer_list<Extension> extensions) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  return std::ranges::all_of(extensions, [&](const Extension& each) {
    const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, each.type, each.value));
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
  });
}

Result<std::string> sign(X509* certificate, EVP_PKEY* issuer) {
  const BioPtr out(BIO_new(BIO_s_mem()));
  char* data = nullptr;
  if (!out || X509_sign(certificate, issuer, hash_for(issuer)) <= 0 ||
      PEM_write_bio_X509(out.get(), certificate) != 1) {
    return not_made();
  }
  const long size = BIO_get_mem_data(out.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

Result<Issuer> read_issuer(const KeyedCertificate& authority) {
  Issuer issuer{read_certificate(authority.certificate), read_key(authority.key)};
  if (!issuer.certificate || !issuer.key ||
      X509_check_private_key(issuer.certificate.get(), issuer.key.get()) != 1 ||
      X509_check_ca(issuer.certificate.get()) != 1) {
    return fail(Reason::BadConfig, "the authority is no certificate with its key");
  }
  return issuer;
}

Result<Time> end_of(const X509* certificate) {
  int days = 0;
  int seconds = 0;
  const OpensslPtr<ASN1_TIME, ASN1_TIME_free> epoch(ASN1_TIME_set(nullptr, 0));
  if (!epoch ||
      ASN1_TIME_diff(&days, &seconds, epoch.get(), X509_get0_notAfter(certificate)) != 1) {
    return not_made();
  }
  return Time(std::chrono::days(days) + std::chrono::seconds(seconds));
}

}  // namespace countersign::x509

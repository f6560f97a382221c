// SPDX-License-Identifier: Apache-2.0
#include "x509/pkcs12_encryption.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include <openssl/pkcs12.h>
#include <openssl/provider.h>

#include "countersign/crypto/openssl_ptr.h"

namespace countersign::x509 {
namespace {

using AlgorithmPtr = crypto::OpensslPtr<X509_ALGOR, X509_ALGOR_free>;
using LibraryPtr = crypto::OpensslPtr<OSSL_LIB_CTX, OSSL_LIB_CTX_free>;
using ProviderPtr = crypto::OpensslPtr<OSSL_PROVIDER, OSSL_PROVIDER_unload>;

enum class Cipher : std::uint8_t { Usual, Legacy };

Result<Cipher> check_algorithm(Bytes algorithm, Reason reason);
Result<PlainBytes> decrypt_in(OSSL_LIB_CTX* library, Bytes algorithm, Bytes encrypted,
                              EmptyPassword password, Reason reason);

// OpenSSL with the ciphers that it no longer offers by itself, for one decryption: what everything
// else uses stays as it is.
class OldCiphers {
 public:
  bool good() const { return usual_ != nullptr && legacy_ != nullptr; }
  OSSL_LIB_CTX* library() const { return library_.get(); }

 private:
  LibraryPtr library_{OSSL_LIB_CTX_new()};
  ProviderPtr usual_{OSSL_PROVIDER_load(library_.get(), "default")};
  ProviderPtr legacy_{OSSL_PROVIDER_load(library_.get(), "legacy")};
};

}  // namespace

Result<PlainBytes> decrypt(Bytes algorithm, Bytes encrypted, EmptyPassword password,
                           Reason reason) {
  const crypto::ErrorQueueGuard errors;
  TRY(const auto cipher, check_algorithm(algorithm, reason));
  if (cipher == Cipher::Usual) {
    return decrypt_in(nullptr, algorithm, encrypted, password, reason);
  }
  const OldCiphers old;
  if (!old.good()) {
    return fail(reason,
                "PKCS#12: the certificates are encrypted with RC2, and OpenSSL's legacy provider, "
                "which knows it, is not here: write the file anew with AES");
  }
  return decrypt_in(old.library(), algorithm, encrypted, password, reason);
}

namespace {

Result<PlainBytes> decrypt_in(OSSL_LIB_CTX* library, Bytes algorithm, Bytes encrypted,
                              EmptyPassword password, Reason reason) {
  const unsigned char* next = algorithm.data();
  const AlgorithmPtr native(d2i_X509_ALGOR(nullptr, &next, static_cast<long>(algorithm.size())));
  unsigned char* plain = nullptr;
  int size = 0;
  if (native == nullptr || PKCS12_pbe_crypt_ex(native.get(), openssl_text(password), 0,
                                               encrypted.data(), static_cast<int>(encrypted.size()),
                                               &plain, &size, 0, library, nullptr) == nullptr) {
    return fail(reason, "PKCS#12: the certificates can't be decrypted");
  }
  return PlainBytes(plain, static_cast<std::size_t>(size));
}

struct Parts {  // of an AlgorithmIdentifier, or a SEQUENCE that begins like one
  std::optional<std::string> type;
  Bytes parameters;  // content of the SEQUENCE behind the type
};

Parts parts_of(const std::optional<Der>& sequence) {
  DerReader fields(sequence ? sequence->content : Bytes{});
  const auto type = fields.take(der::kObjectIdentifier);
  const auto parameters = fields.take(der::kSequence);
  return {type ? dotted(type->content) : std::nullopt, parameters ? parameters->content : Bytes{}};
}

template <std::size_t size>
bool is_one_of(const std::array<std::string_view, size>& list, const Parts& parts) {
  return parts.type && std::ranges::find(list, *parts.type) != list.end();
}

// PBKDF2-params ::= SEQUENCE { salt, iterationCount INTEGER, keyLength OPTIONAL, prf DEFAULT }
bool is_bounded_pbkdf2(const Parts& derivation) {
  constexpr std::string_view kPbkdf2 = "1.2.840.113549.1.5.12";
  DerReader fields(derivation.parameters);
  return derivation.type == kPbkdf2 && fields.take(der::kOctetString) &&
         read_rounds(fields.take(der::kInteger));
}

// PBES2-params ::= SEQUENCE { keyDerivationFunc AlgorithmIdentifier, encryptionScheme
// AlgorithmIdentifier }. Scrypt could ask for any amount of memory, and nobody writes it here.
bool is_known_pbes2(Bytes parameters) {
  constexpr std::array<std::string_view, 4> kCiphers{
      "2.16.840.1.101.3.4.1.2", "2.16.840.1.101.3.4.1.22", "2.16.840.1.101.3.4.1.42",  // AES-CBC
      "1.2.840.113549.3.7"};                                                           // 3DES-CBC
  DerReader fields(parameters);
  const auto derivation = fields.take(der::kSequence);
  const auto cipher = fields.take(der::kSequence);
  DerReader scheme(cipher ? cipher->content : Bytes{});
  const auto type = scheme.take(der::kObjectIdentifier);
  return fields.empty() && is_bounded_pbkdf2(parts_of(derivation)) &&
         is_one_of(kCiphers, {type ? dotted(type->content) : std::nullopt, {}});
}

// pkcs-12PbeParams ::= SEQUENCE { salt OCTET STRING, iterations INTEGER }
bool is_bounded_pbe(Bytes parameters) {
  DerReader fields(parameters);
  return fields.take(der::kOctetString) && read_rounds(fields.take(der::kInteger)) &&
         fields.empty();
}

// Whatever it asks for is bounded before OpenSSL derives a key.
Result<Cipher> check_algorithm(Bytes algorithm, Reason reason) {
  constexpr std::string_view kPbes2 = "1.2.840.113549.1.5.13";
  constexpr std::array<std::string_view, 2> kTripleDes{"1.2.840.113549.1.12.1.3",
                                                       "1.2.840.113549.1.12.1.4"};
  constexpr std::array<std::string_view, 2> kRc2{"1.2.840.113549.1.12.1.5",
                                                 "1.2.840.113549.1.12.1.6"};
  DerReader whole(algorithm);
  const auto parts = parts_of(whole.take(der::kSequence));
  const bool is_old = is_one_of(kRc2, parts);
  if (parts.type != kPbes2 && !is_one_of(kTripleDes, parts) && !is_old) {
    return fail(reason, "PKCS#12: an encryption that is not known or not allowed");
  }
  if (parts.type == kPbes2 ? !is_known_pbes2(parts.parameters)
                           : !is_bounded_pbe(parts.parameters)) {
    return fail(reason, "PKCS#12: an encryption with unknown parameters or too many iterations");
  }
  return is_old ? Cipher::Legacy : Cipher::Usual;
}

}  // namespace
}  // namespace countersign::x509

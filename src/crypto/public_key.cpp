// SPDX-License-Identifier: Apache-2.0
#include "countersign/crypto/public_key.h"

#include <array>
#include <cstdlib>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/crypto/openssl_ptr.h"

#include "crypto/key_facts.h"
#include "crypto/key_maker.h"
#include "crypto/signature.h"

namespace countersign::crypto {
namespace {

struct AlgorithmRow {
  SignatureAlgorithm algorithm;
  std::string_view name;
  SignatureScheme scheme;
  HashAlgorithm hash;
  std::size_t signature_size;
};

const AlgorithmRow& row(SignatureAlgorithm);

constexpr const char* kMalformed = "public key is malformed or of an unknown type";

}  // namespace

// Everything that OpenSSL would work out lazily is known when the key is made: later calls only
// verify, which is safe from many threads.
struct PublicKey::Impl {
  KeyPtr key;
  KeyFacts facts;
};

Result<PublicKey> PublicKey::parse_der(Bytes subject_public_key_info, Reason reason) {
  const ErrorQueueGuard errors;
  const unsigned char* next = subject_public_key_info.data();
  const unsigned char* const end = next + subject_public_key_info.size();
  const KeyPtr key(d2i_PUBKEY(nullptr, &next, static_cast<long>(subject_public_key_info.size())));
  if (key == nullptr || next != end) {
    return fail(reason, kMalformed);
  }
  return share(key.get());
}

Result<PublicKey> PublicKey::rsa(Bytes modulus, Bytes exponent, Reason reason) {
  const ErrorQueueGuard errors;
  KeyPtr key = make_rsa_key(modulus, exponent);
  if (key == nullptr) {
    return fail(reason, kMalformed);
  }
  KeyFacts facts = rsa_facts(EVP_PKEY_get_bits(key.get()), exponent);
  return PublicKey(std::make_shared<const Impl>(Impl{std::move(key), std::move(facts)}));
}

Result<PublicKey> PublicKey::ec(Curve curve, Bytes point, Reason reason) {
  const ErrorQueueGuard errors;
  KeyPtr key = make_ec_key(curve, point);
  if (key == nullptr) {
    return fail(reason, kMalformed);
  }
  return PublicKey(std::make_shared<const Impl>(Impl{std::move(key), ec_facts(curve)}));
}

PublicKey PublicKey::share(evp_pkey_st* key) {
  const ErrorQueueGuard errors;
  if (EVP_PKEY_up_ref(key) != 1) {
    std::abort();
  }
  return PublicKey(std::make_shared<const Impl>(Impl{KeyPtr(key), facts_of(key)}));
}

std::optional<SignatureAlgorithm> PublicKey::algorithm() const { return impl_->facts.algorithm; }

std::string_view PublicKey::description() const { return impl_->facts.description; }

int PublicKey::bits() const { return EVP_PKEY_get_bits(native()); }

int PublicKey::security_bits() const { return EVP_PKEY_get_security_bits(native()); }

evp_pkey_st* PublicKey::native() const { return impl_->key.get(); }

Result<void> PublicKey::verify(Bytes message, Bytes signature) const {
  if (!impl_->facts.algorithm) {
    return fail(Reason::SignatureInvalid,
                "no signature algorithm for a key of type " + impl_->facts.description);
  }
  const AlgorithmRow& algorithm = row(*impl_->facts.algorithm);
  if (signature.size() != algorithm.signature_size) {
    return fail(Reason::SignatureInvalid, "signature has the wrong length");
  }
  const ErrorQueueGuard errors;
  if (algorithm.scheme != SignatureScheme::Ecdsa) {
    return check_signature(native(), algorithm.scheme, algorithm.hash, message, signature);
  }
  TRY(const ByteVector encoded, der_of_fixed_width(signature));
  return check_signature(native(), algorithm.scheme, algorithm.hash, message, encoded);
}

bool PublicKey::verifies(SignatureScheme scheme, HashAlgorithm hash, Bytes message,
                         Bytes signature) const {
  const ErrorQueueGuard errors;
  return suits(impl_->facts.kind, scheme) && security_bits() >= limits::kCaSecurityBits &&
         check_signature(native(), scheme, hash, message, signature).has_value();
}

std::string_view notation_name(SignatureAlgorithm algorithm) { return row(algorithm).name; }

HashAlgorithm hash_of(SignatureAlgorithm algorithm) { return row(algorithm).hash; }

namespace {

const AlgorithmRow& row(SignatureAlgorithm algorithm) {
  using enum SignatureAlgorithm;
  using enum SignatureScheme;
  using enum HashAlgorithm;
  static constexpr std::array<AlgorithmRow, 6> kRows{{
      {RsaPssSha256, "RSASSA-PSS-SHA-256", RsaPss, Sha256, 256},
      {RsaPssSha384, "RSASSA-PSS-SHA-384", RsaPss, Sha384, 384},
      {RsaPssSha512, "RSASSA-PSS-SHA-512", RsaPss, Sha512, 512},
      {EcdsaSha256, "ECDSA-SHA-256", Ecdsa, Sha256, 64},
      {EcdsaSha384, "ECDSA-SHA-384", Ecdsa, Sha384, 96},
      {EcdsaSha512, "ECDSA-SHA-512", Ecdsa, Sha512, 132},
  }};
  for (const AlgorithmRow& candidate : kRows) {
    if (candidate.algorithm == algorithm) {
      return candidate;
    }
  }
  std::abort();
}

}  // namespace
}  // namespace countersign::crypto

// SPDX-License-Identifier: Apache-2.0
// Public keys and the six signature algorithms of the Notary Project (signature specification,
// "Signature Algorithm Requirements"). The algorithm belongs to the key: a message can agree with
// it, never choose it.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "countersign/base/bytes.h"
#include "countersign/base/result.h"
#include "countersign/crypto/digest.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY, for x509 and server

namespace countersign::crypto {

enum class SignatureAlgorithm : std::uint8_t {
  RsaPssSha256,  // RSA 2048
  RsaPssSha384,  // RSA 3072
  RsaPssSha512,  // RSA 4096
  EcdsaSha256,   // P-256
  EcdsaSha384,   // P-384
  EcdsaSha512,   // P-521
};

enum class Curve : std::uint8_t { P256, P384, P521 };

// How a certificate, a list or a timestamp is signed: there an AlgorithmIdentifier says it.
enum class SignatureScheme : std::uint8_t { RsaPkcs1, RsaPss, Ecdsa, Ed25519 };

std::string_view notation_name(SignatureAlgorithm);  // "RSASSA-PSS-SHA-256"
HashAlgorithm hash_of(SignatureAlgorithm);

class PublicKey {  // immutable, cheap to copy
 public:
  // DER SubjectPublicKeyInfo. Succeeds for keys that the profile then refuses: see `algorithm`.
  [[nodiscard]] static Result<PublicKey> parse_der(Bytes subject_public_key_info, Reason reason);
  // Out of numbers already read, big-endian and not negative; a point is 04 || x || y. The same key
  // as above in a fiftieth of the time.
  [[nodiscard]] static Result<PublicKey> rsa(Bytes modulus, Bytes exponent, Reason reason);
  [[nodiscard]] static Result<PublicKey> ec(Curve curve, Bytes point, Reason reason);
  // Takes a share of an OpenSSL key.
  static PublicKey share(evp_pkey_st* key);

  // The algorithm that this key signs envelopes with, or nullopt when the Notary Project has none
  // for it: RSA of exactly 2048, 3072 or 4096 bits with an odd exponent from 3 to 2^64, or a named
  // curve P-256, P-384, P-521. RSASSA-PSS keys, explicit curve parameters and everything else have
  // none.
  std::optional<SignatureAlgorithm> algorithm() const;
  std::string_view description() const;  // "RSA 2048", "EC prime256v1", "ED25519": for messages

  // An envelope's signature: RSASSA-PSS with salt length and MGF1 hash equal to the hash, or ECDSA
  // as fixed-width r || s. Reason::SignatureInvalid when it does not match, or when the key has no
  // algorithm.
  [[nodiscard]] Result<void> verify(Bytes message, Bytes signature) const;

  // A signature outside of envelopes: RSASSA-PSS as above, ECDSA in DER; Ed25519 needs no hash.
  // False, too, when the key is of another kind than the scheme, weaker than
  // limits::kCaSecurityBits, an RSA key with an unsound exponent, or of an unnamed curve.
  bool verifies(SignatureScheme, HashAlgorithm, Bytes message, Bytes signature) const;
  int bits() const;
  int security_bits() const;  // NIST SP 800-57, as OpenSSL estimates it

  evp_pkey_st* native() const;  // borrowed; for x509

 private:
  struct Impl;
  explicit PublicKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

}  // namespace countersign::crypto

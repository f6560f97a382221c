// SPDX-License-Identifier: Apache-2.0
#include "countersign/crypto/public_key.h"

#include <array>
#include <cstdlib>
#include <string>
#include <tuple>
#include <utility>

#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include "countersign/crypto/openssl_ptr.h"

#include "crypto/message_digest.h"

namespace countersign::crypto {
namespace {

struct AlgorithmRow {
  SignatureAlgorithm algorithm;
  std::string_view name;
  HashAlgorithm hash;
  std::size_t signature_size;
};

const AlgorithmRow& row(SignatureAlgorithm);
std::optional<SignatureAlgorithm> algorithm_of(EVP_PKEY*);
std::string describe(EVP_PKEY*);
Result<ByteVector> der_of_fixed_width(Bytes signature);
Result<void> verify_encoded(EVP_PKEY*, SignatureAlgorithm, Bytes message, Bytes signature);

bool is_ecdsa(SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case SignatureAlgorithm::RsaPssSha256:
    case SignatureAlgorithm::RsaPssSha384:
    case SignatureAlgorithm::RsaPssSha512:
      return false;
    case SignatureAlgorithm::EcdsaSha256:
    case SignatureAlgorithm::EcdsaSha384:
    case SignatureAlgorithm::EcdsaSha512:
      return true;
  }
  std::abort();
}

}  // namespace

// Everything that OpenSSL would work out lazily is read once, here: later calls only verify, which
// is safe from many threads.
struct PublicKey::Impl {
  explicit Impl(KeyPtr owned)
      : key(std::move(owned)),
        algorithm(algorithm_of(key.get())),
        description(describe(key.get())) {}

  KeyPtr key;
  std::optional<SignatureAlgorithm> algorithm;
  std::string description;
};

Result<PublicKey> PublicKey::parse_der(Bytes subject_public_key_info, Reason reason) {
  const ErrorQueueGuard errors;
  const unsigned char* next = subject_public_key_info.data();
  const unsigned char* const end = next + subject_public_key_info.size();
  KeyPtr key(d2i_PUBKEY(nullptr, &next, static_cast<long>(subject_public_key_info.size())));
  if (key == nullptr || next != end) {
    return fail(reason, "public key is malformed or of an unknown type");
  }
  return PublicKey(std::make_shared<const Impl>(std::move(key)));
}

PublicKey PublicKey::share(evp_pkey_st* key) {
  const ErrorQueueGuard errors;
  if (EVP_PKEY_up_ref(key) != 1) {
    std::abort();
  }
  return PublicKey(std::make_shared<const Impl>(KeyPtr(key)));
}

std::optional<SignatureAlgorithm> PublicKey::algorithm() const { return impl_->algorithm; }

std::string_view PublicKey::description() const { return impl_->description; }

evp_pkey_st* PublicKey::native() const { return impl_->key.get(); }

Result<void> PublicKey::verify(Bytes message, Bytes signature) const {
  if (!impl_->algorithm) {
    return fail(Reason::SignatureInvalid,
                "no signature algorithm for a key of type " + impl_->description);
  }
  if (signature.size() != row(*impl_->algorithm).signature_size) {
    return fail(Reason::SignatureInvalid, "signature has the wrong length");
  }
  const ErrorQueueGuard errors;
  if (!is_ecdsa(*impl_->algorithm)) {
    return verify_encoded(impl_->key.get(), *impl_->algorithm, message, signature);
  }
  TRY(const ByteVector encoded, der_of_fixed_width(signature));
  return verify_encoded(impl_->key.get(), *impl_->algorithm, message, encoded);
}

std::string_view notation_name(SignatureAlgorithm algorithm) { return row(algorithm).name; }

HashAlgorithm hash_of(SignatureAlgorithm algorithm) { return row(algorithm).hash; }

namespace {

const AlgorithmRow& row(SignatureAlgorithm algorithm) {
  using enum SignatureAlgorithm;
  using enum HashAlgorithm;
  static constexpr std::array<AlgorithmRow, 6> kRows{{
      {RsaPssSha256, "RSASSA-PSS-SHA-256", Sha256, 256},
      {RsaPssSha384, "RSASSA-PSS-SHA-384", Sha384, 384},
      {RsaPssSha512, "RSASSA-PSS-SHA-512", Sha512, 512},
      {EcdsaSha256, "ECDSA-SHA-256", Sha256, 64},
      {EcdsaSha384, "ECDSA-SHA-384", Sha384, 96},
      {EcdsaSha512, "ECDSA-SHA-512", Sha512, 132},
  }};
  for (const AlgorithmRow& candidate : kRows) {
    if (candidate.algorithm == algorithm) {
      return candidate;
    }
  }
  std::abort();
}

// A small exponent lets signatures be forged, a huge one only costs time.
bool exponent_is_sound(EVP_PKEY* key) {
  BIGNUM* read = nullptr;
  if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &read) != 1) {
    return false;
  }
  const BignumPtr exponent(read);
  return BN_is_odd(exponent.get()) == 1 && BN_is_one(exponent.get()) == 0 &&
         BN_num_bits(exponent.get()) <= 64;
}

std::optional<SignatureAlgorithm> rsa_algorithm(EVP_PKEY* key) {
  if (!exponent_is_sound(key)) {
    return std::nullopt;
  }
  switch (EVP_PKEY_get_bits(key)) {
    case 2048:
      return SignatureAlgorithm::RsaPssSha256;
    case 3072:
      return SignatureAlgorithm::RsaPssSha384;
    case 4096:
      return SignatureAlgorithm::RsaPssSha512;
    default:
      return std::nullopt;
  }
}

std::string curve(EVP_PKEY* key) {
  std::array<char, 64> name{};
  std::size_t size = 0;
  if (EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, name.data(), name.size(),
                                     &size) != 1) {
    return "";
  }
  return {name.data(), size};
}

// Parameters written out may describe a curve that looks like a named one (CVE-2020-0601).
bool is_named_curve(EVP_PKEY* key) {
  int decoded_from_explicit = 1;
  return EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS,
                                &decoded_from_explicit) == 1 &&
         decoded_from_explicit == 0;
}

// On the curve and not the point at infinity, for which anybody can sign.
bool point_is_sound(EVP_PKEY* key) {
  const KeyContextPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  return context != nullptr && EVP_PKEY_public_check_quick(context.get()) == 1;
}

std::optional<SignatureAlgorithm> ec_algorithm(EVP_PKEY* key) {
  if (!is_named_curve(key) || !point_is_sound(key)) {
    return std::nullopt;
  }
  const std::string name = curve(key);
  if (name == "prime256v1") {
    return SignatureAlgorithm::EcdsaSha256;
  }
  if (name == "secp384r1") {
    return SignatureAlgorithm::EcdsaSha384;
  }
  if (name == "secp521r1") {
    return SignatureAlgorithm::EcdsaSha512;
  }
  return std::nullopt;
}

std::optional<SignatureAlgorithm> algorithm_of(EVP_PKEY* key) {
  if (EVP_PKEY_is_a(key, "RSA") == 1) {  // not "RSA-PSS"
    return rsa_algorithm(key);
  }
  if (EVP_PKEY_is_a(key, "EC") == 1) {
    return ec_algorithm(key);
  }
  return std::nullopt;
}

std::string describe(EVP_PKEY* key) {
  const char* const type = EVP_PKEY_get0_type_name(key);
  std::string text = type == nullptr ? "unknown" : type;
  if (text == "RSA" || text == "RSA-PSS" || text == "DSA") {
    text += " " + std::to_string(EVP_PKEY_get_bits(key));
  } else if (text == "EC") {
    text += is_named_curve(key) ? " " + curve(key) : " with explicit parameters";
  }
  return text;
}

Result<ByteVector> der_of_fixed_width(Bytes signature) {
  const std::size_t width = signature.size() / 2;
  BignumPtr r(BN_bin2bn(signature.data(), static_cast<int>(width), nullptr));
  BignumPtr s(BN_bin2bn(signature.data() + width, static_cast<int>(width), nullptr));
  const EcdsaSigPtr pair(ECDSA_SIG_new());
  if (r == nullptr || s == nullptr || pair == nullptr ||
      ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) {
    return fail(Reason::Internal, "no memory for a signature");
  }
  std::ignore = r.release();
  std::ignore = s.release();
  unsigned char* encoded = nullptr;
  const int size = i2d_ECDSA_SIG(pair.get(), &encoded);
  if (size <= 0) {
    return fail(Reason::Internal, "no memory for a signature");
  }
  const OpensslBytes owner(encoded);
  return ByteVector(encoded, encoded + size);
}

// "RSASSA-PSS ... the salt length is the length of the hash, MGF1 uses the same hash."
bool demand_pss(EVP_PKEY_CTX* context, const EVP_MD* digest) {
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md(context, digest) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

Result<void> verify_encoded(EVP_PKEY* key, SignatureAlgorithm algorithm, Bytes message,
                            Bytes signature) {
  const EVP_MD* const digest = message_digest(hash_of(algorithm));
  const MdContextPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* parameters = nullptr;  // owned by `context`
  if (context == nullptr ||
      EVP_DigestVerifyInit(context.get(), &parameters, digest, nullptr, key) != 1 ||
      (!is_ecdsa(algorithm) && !demand_pss(parameters, digest))) {
    return fail(Reason::Internal, "OpenSSL can't verify with this key");
  }
  // r and s outside of 1 to n - 1 are refused by OpenSSL.
  if (EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                       message.size()) != 1) {
    return fail(Reason::SignatureInvalid, "signature does not match the signed bytes");
  }
  return {};
}

}  // namespace
}  // namespace countersign::crypto

// SPDX-License-Identifier: Apache-2.0
#include "crypto/key_facts.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

#include <openssl/core_names.h>

#include "countersign/crypto/openssl_ptr.h"

namespace countersign::crypto {
namespace {

struct CurveRow {
  Curve curve;
  std::string_view name;  // OpenSSL's
  SignatureAlgorithm algorithm;
};
constexpr std::array<CurveRow, 3> kCurves{{
    {Curve::P256, "prime256v1", SignatureAlgorithm::EcdsaSha256},
    {Curve::P384, "secp384r1", SignatureAlgorithm::EcdsaSha384},
    {Curve::P521, "secp521r1", SignatureAlgorithm::EcdsaSha512},
}};

bool exponent_is_sound(Bytes exponent);
std::optional<SignatureAlgorithm> algorithm_of_rsa(int bits);
KeyFacts facts_of_rsa(EVP_PKEY* key);
KeyFacts facts_of_rsa_pss(EVP_PKEY* key);
KeyFacts facts_of_ec(EVP_PKEY* key);
KeyFacts facts_of_other(EVP_PKEY* key);

}  // namespace

KeyFacts rsa_facts(int bits, Bytes exponent) {
  const std::string description = "RSA " + std::to_string(bits);
  if (!exponent_is_sound(exponent)) {
    return {KeyKind::Unusable, std::nullopt, description};
  }
  return {KeyKind::Rsa, algorithm_of_rsa(bits), description};
}

KeyFacts ec_facts(Curve curve) {
  for (const CurveRow& row : kCurves) {
    if (row.curve == curve) {
      return {KeyKind::Ec, row.algorithm, "EC " + std::string(row.name)};
    }
  }
  std::abort();
}

KeyFacts facts_of(EVP_PKEY* key) {
  if (EVP_PKEY_is_a(key, "RSA") == 1) {  // not "RSA-PSS"
    return facts_of_rsa(key);
  }
  if (EVP_PKEY_is_a(key, "RSA-PSS") == 1) {
    return facts_of_rsa_pss(key);
  }
  if (EVP_PKEY_is_a(key, "EC") == 1) {
    return facts_of_ec(key);
  }
  return facts_of_other(key);
}

bool suits(KeyKind kind, SignatureScheme scheme) {
  switch (scheme) {
    case SignatureScheme::RsaPkcs1:
      return kind == KeyKind::Rsa;
    case SignatureScheme::RsaPss:
      return kind == KeyKind::Rsa || kind == KeyKind::RsaPss;
    case SignatureScheme::Ecdsa:
      return kind == KeyKind::Ec;
    case SignatureScheme::Ed25519:
      return kind == KeyKind::Ed25519;
  }
  return false;
}

namespace {

// A small exponent lets signatures be forged, a huge one only costs time.
bool exponent_is_sound(Bytes exponent) {
  constexpr std::size_t kMostBytes = 8;
  const auto first = std::ranges::find_if(exponent, [](std::uint8_t byte) { return byte != 0; });
  const Bytes digits = exponent.subspan(static_cast<std::size_t>(first - exponent.begin()));
  const bool is_one = digits.size() == 1 && digits.front() == 1;
  return !digits.empty() && digits.size() <= kMostBytes && (digits.back() & 1U) == 1 && !is_one;
}

std::optional<SignatureAlgorithm> algorithm_of_rsa(int bits) {
  switch (bits) {
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

ByteVector exponent_of(EVP_PKEY* key) {
  BIGNUM* read = nullptr;
  if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &read) != 1) {
    return {};
  }
  const BignumPtr exponent(read);
  ByteVector bytes(static_cast<std::size_t>(BN_num_bytes(exponent.get())));
  BN_bn2bin(exponent.get(), bytes.data());
  return bytes;
}

KeyFacts facts_of_rsa(EVP_PKEY* key) { return rsa_facts(EVP_PKEY_get_bits(key), exponent_of(key)); }

KeyFacts facts_of_rsa_pss(EVP_PKEY* key) {
  return {exponent_is_sound(exponent_of(key)) ? KeyKind::RsaPss : KeyKind::Unusable, std::nullopt,
          "RSA-PSS " + std::to_string(EVP_PKEY_get_bits(key))};
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

std::string curve_name(EVP_PKEY* key) {
  std::array<char, 64> name{};
  std::size_t size = 0;
  if (EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, name.data(), name.size(),
                                     &size) != 1) {
    return "";
  }
  return {name.data(), size};
}

KeyFacts facts_of_ec(EVP_PKEY* key) {
  if (!is_named_curve(key)) {
    return {KeyKind::Unusable, std::nullopt, "EC with explicit parameters"};
  }
  const std::string name = curve_name(key);
  if (!point_is_sound(key)) {
    return {KeyKind::Unusable, std::nullopt, "EC " + name};
  }
  for (const CurveRow& row : kCurves) {
    if (row.name == name) {
      return ec_facts(row.curve);
    }
  }
  return {KeyKind::Ec, std::nullopt, "EC " + name};
}

KeyFacts facts_of_other(EVP_PKEY* key) {
  const char* const type = EVP_PKEY_get0_type_name(key);
  std::string description = type == nullptr ? "unknown" : type;
  if (description == "DSA") {
    description += " " + std::to_string(EVP_PKEY_get_bits(key));
  }
  const bool is_ed25519 = EVP_PKEY_is_a(key, "ED25519") == 1;
  return {is_ed25519 ? KeyKind::Ed25519 : KeyKind::Unusable, std::nullopt, description};
}

}  // namespace
}  // namespace countersign::crypto

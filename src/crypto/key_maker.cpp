// SPDX-License-Identifier: Apache-2.0
#include "crypto/key_maker.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include <openssl/core_names.h>
#include <openssl/params.h>

namespace countersign::crypto {
namespace {

ByteVector native_order(Bytes big_endian);
KeyPtr make_key(const char* type, int selection, OSSL_PARAM* parameters);
EVP_PKEY* template_of(Curve curve);

}  // namespace

KeyPtr make_rsa_key(Bytes modulus, Bytes exponent) {
  ByteVector n = native_order(modulus);
  ByteVector e = native_order(exponent);
  std::array<OSSL_PARAM, 3> numbers{
      OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_N, n.data(), n.size()),
      OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_E, e.data(), e.size()),
      OSSL_PARAM_construct_end()};
  return make_key("RSA", EVP_PKEY_PUBLIC_KEY, numbers.data());
}

// OpenSSL checks that the point is on the curve; with a cofactor of 1 it is sound then. The point
// at infinity has another encoding.
KeyPtr make_ec_key(Curve curve, Bytes point) {
  constexpr std::uint8_t kUncompressed = 0x04;
  if (point.empty() || point.front() != kUncompressed) {
    return nullptr;
  }
  KeyPtr key(EVP_PKEY_dup(template_of(curve)));
  const bool made = key != nullptr &&
                    EVP_PKEY_set1_encoded_public_key(key.get(), point.data(), point.size()) == 1;
  return made ? std::move(key) : nullptr;
}

namespace {

ByteVector native_order(Bytes big_endian) {
  ByteVector number(big_endian.begin(), big_endian.end());
  if constexpr (std::endian::native == std::endian::little) {
    std::ranges::reverse(number);
  }
  return number;
}

KeyPtr make_key(const char* type, int selection, OSSL_PARAM* parameters) {
  const KeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* made = nullptr;
  if (context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &made, selection, parameters) != 1) {
    return nullptr;
  }
  return KeyPtr(made);
}

KeyPtr curve_alone(std::string_view curve) {
  std::string name(curve);
  std::array<OSSL_PARAM, 2> group{
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, name.data(), 0),
      OSSL_PARAM_construct_end()};
  KeyPtr made = make_key("EC", EVP_PKEY_KEY_PARAMETERS, group.data());
  if (made == nullptr) {  // no memory; without it no key of the curve would ever be read
    std::abort();
  }
  return made;
}

// Curves are constants, but OpenSSL works them out anew for each key, 10 to 20 us; a copy costs 1.
// Copying reads only, so that threads may share these.
EVP_PKEY* template_of(Curve curve) {
  static const std::array<KeyPtr, 3> templates{curve_alone("P-256"), curve_alone("P-384"),
                                               curve_alone("P-521")};
  switch (curve) {
    case Curve::P256:
      return templates[0].get();
    case Curve::P384:
      return templates[1].get();
    case Curve::P521:
      return templates[2].get();
  }
  std::abort();
}

}  // namespace
}  // namespace countersign::crypto

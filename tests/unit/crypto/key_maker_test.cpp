// SPDX-License-Identifier: Apache-2.0
#include "crypto/key_maker.h"

#include <gtest/gtest.h>
#include <openssl/core_names.h>

#include "support/key.h"

namespace countersign::crypto {
namespace {

using test::KeyType;

ByteVector number(const test::Key& key, const char* name) {
  BIGNUM* read = nullptr;
  EXPECT_EQ(EVP_PKEY_get_bn_param(key.native(), name, &read), 1);
  const BignumPtr value(read);
  ByteVector bytes(static_cast<std::size_t>(BN_num_bytes(value.get())));
  BN_bn2bin(value.get(), bytes.data());
  return bytes;
}

ByteVector point_of(const test::Key& key) {
  std::size_t size = 0;
  ByteVector point(256);
  EXPECT_EQ(EVP_PKEY_get_octet_string_param(key.native(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                            point.size(), &size),
            1);
  point.resize(size);
  return point;
}

TEST(KeyMaker, MakesTheRsaKey) {
  for (const KeyType type : {KeyType::Rsa1024, KeyType::Rsa2048, KeyType::Rsa4096}) {
    const test::Key& key = test::key(type);
    const KeyPtr made =
        make_rsa_key(number(key, OSSL_PKEY_PARAM_RSA_N), number(key, OSSL_PKEY_PARAM_RSA_E));
    ASSERT_NE(made, nullptr);
    EXPECT_EQ(EVP_PKEY_eq(made.get(), key.native()), 1);
    EXPECT_EQ(EVP_PKEY_get_bits(made.get()), EVP_PKEY_get_bits(key.native()));
    EXPECT_EQ(EVP_PKEY_get_security_bits(made.get()), EVP_PKEY_get_security_bits(key.native()));
  }
}

constexpr std::pair<Curve, KeyType> kCurves[] = {
    {Curve::P256, KeyType::P256}, {Curve::P384, KeyType::P384}, {Curve::P521, KeyType::P521}};

TEST(KeyMaker, MakesTheKeyOfAPoint) {
  for (const auto& [curve, type] : kCurves) {
    const test::Key& key = test::key(type);
    const KeyPtr made = make_ec_key(curve, point_of(key));
    ASSERT_NE(made, nullptr);
    EXPECT_EQ(EVP_PKEY_eq(made.get(), key.native()), 1);
    EXPECT_EQ(EVP_PKEY_get_bits(made.get()), EVP_PKEY_get_bits(key.native()));
    EXPECT_EQ(EVP_PKEY_get_security_bits(made.get()), EVP_PKEY_get_security_bits(key.native()));
  }
}

TEST(KeyMaker, MakesKeysThatShareNothing) {
  const test::Key& one = test::key(KeyType::P256, 0);
  const test::Key& two = test::key(KeyType::P256, 1);
  const KeyPtr first = make_ec_key(Curve::P256, point_of(one));
  const KeyPtr second = make_ec_key(Curve::P256, point_of(two));
  EXPECT_EQ(EVP_PKEY_eq(first.get(), one.native()), 1);
  EXPECT_EQ(EVP_PKEY_eq(second.get(), two.native()), 1);
}

TEST(KeyMaker, RefusesPointsThatAreNotOfTheCurve) {
  const ErrorQueueGuard errors;
  for (const auto& [curve, type] : kCurves) {
    const ByteVector good = point_of(test::key(type));
    ByteVector beside = good;
    beside.back() ^= 1U;
    ByteVector beyond(good.size(), 0xff);  // coordinates above the field
    beyond.front() = 0x04;
    ByteVector cut = good;
    cut.pop_back();
    ByteVector longer = good;
    longer.push_back(0);
    ByteVector origin(good.size(), 0);
    origin.front() = 0x04;
    ByteVector hybrid = good;
    hybrid.front() = 0x06;
    const ByteVector infinity{0x00};
    for (const ByteVector& point :
         {ByteVector{}, infinity, beside, beyond, cut, longer, origin, hybrid}) {
      EXPECT_EQ(make_ec_key(curve, point), nullptr) << point.size();
    }
  }
  EXPECT_EQ(make_ec_key(Curve::P384, point_of(test::key(KeyType::P256))), nullptr);
}

}  // namespace
}  // namespace countersign::crypto

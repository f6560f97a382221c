// SPDX-License-Identifier: Apache-2.0
#include "x509/public_key_info.h"

#include <algorithm>
#include <string_view>

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "countersign/codec/base64.h"

#include "support/key.h"

namespace countersign::x509 {
namespace {

using test::KeyType;

ByteVector bytes(std::string_view hex) { return codec::decode_hex(hex, Reason::Internal).value(); }

TEST(PublicKeyInfo, IsTheKeyThatOpensslReads) {
  for (const KeyType type :
       {KeyType::Rsa1024, KeyType::Rsa2048, KeyType::Rsa3072, KeyType::Rsa4096, KeyType::P256,
        KeyType::P384, KeyType::P521, KeyType::RsaPss2048, KeyType::P224, KeyType::P256Explicit,
        KeyType::Secp256k1, KeyType::Ed25519}) {
    const test::Key& key = test::key(type);
    const ByteVector info = key.public_der();
    const auto ours = read_public_key(info, Reason::Internal);
    const auto theirs = crypto::PublicKey::parse_der(info, Reason::Internal);
    ASSERT_TRUE(ours && theirs);
    EXPECT_EQ(EVP_PKEY_eq(ours->native(), key.native()), 1) << theirs->description();
    EXPECT_EQ(ours->description(), theirs->description());
    EXPECT_EQ(ours->algorithm(), theirs->algorithm()) << theirs->description();
    EXPECT_EQ(ours->bits(), theirs->bits()) << theirs->description();
    EXPECT_EQ(ours->security_bits(), theirs->security_bits()) << theirs->description();
  }
}

TEST(PublicKeyInfo, NeedNotHaveARoundNumberOfBits) {
  for (const unsigned bits : {2047U, 2049U, 4095U}) {
    const auto key = read_public_key(test::rsa_public_key(bits).public_der(), Reason::Internal);
    ASSERT_TRUE(key) << bits;
    EXPECT_EQ(key->bits(), static_cast<int>(bits));
    EXPECT_EQ(key->algorithm(), std::nullopt) << bits;
  }
}

TEST(PublicKeyInfo, MayHaveAnUnsoundExponentAndIsOfNoUseThen) {
  for (const std::uint64_t exponent : {1ULL, 2ULL, 65'536ULL}) {
    const auto key =
        read_public_key(test::rsa_public_key(2048, exponent).public_der(), Reason::Internal);
    ASSERT_TRUE(key) << exponent;
    EXPECT_EQ(key->algorithm(), std::nullopt) << exponent;
  }
}

// A point is compressed in half of the bytes; OpenSSL reads it.
TEST(PublicKeyInfo, MayHaveACompressedPoint) {
  const test::Key& key = test::key(KeyType::P256);
  ByteVector info = key.public_der();
  const bool odd = (info.back() & 1U) != 0;
  info.resize(info.size() - 32);
  info[1] = static_cast<std::uint8_t>(info[1] - 32);
  info[24] = static_cast<std::uint8_t>(info[24] - 32);
  info[26] = odd ? 0x03 : 0x02;
  const auto read = read_public_key(info, Reason::Internal);
  ASSERT_TRUE(read);
  EXPECT_EQ(EVP_PKEY_eq(read->native(), key.native()), 1);
}

struct Row {
  std::string_view name;
  std::string_view hex;
};

constexpr Row kBad[] = {
    {"nothing", ""},
    {"empty", "3000"},
    {"no key", "300f300d06092a864886f70d0101010500"},
    {"key with unused bits", "3014300d06092a864886f70d0101010500030304ab80"},
    {"RSA without NULL", "3018300b06092a864886f70d0101010309003006020117020103"},
    {"RSA with NULL twice", "301c300f06092a864886f70d010101050005000309003006020117020103"},
    {"RSA of modulus 0", "301a300d06092a864886f70d01010105000309003006020100020103"},
    {"RSA of negative modulus", "301a300d06092a864886f70d01010105000309003006020197020103"},
    {"RSA of negative exponent", "301a300d06092a864886f70d01010105000309003006020117020183"},
    {"RSA with a third number", "301d300d06092a864886f70d0101010500030c003009020117020103020105"},
    {"RSA without exponent", "3017300d06092a864886f70d01010105000306003003020117"},
    {"RSA with long length", "301b300d06092a864886f70d0101010500030a00308106020117020103"},
    {"something behind", "301c300d06092a864886f70d010101050003090030060201170201030500"},
    {"unknown algorithm", "300c300706052b0601044a030100"},
};

TEST(PublicKeyInfo, IsRefusedWhenMalformed) {
  const ByteVector good = bytes("301a300d06092a864886f70d01010105000309003006020117020103");
  EXPECT_TRUE(read_public_key(good, Reason::BadConfig)) << "the rows change one thing of this";
  for (const Row& row : kBad) {
    const auto key = read_public_key(bytes(row.hex), Reason::BadConfig);
    ASSERT_FALSE(key) << row.name;
    EXPECT_EQ(key.error().reason, Reason::BadConfig) << row.name;
    EXPECT_EQ(ERR_peek_error(), 0U) << row.name;
  }
}

TEST(PublicKeyInfo, IsRefusedWhenThePointIsNotOnTheCurve) {
  for (const KeyType type : {KeyType::P256, KeyType::P384, KeyType::P521}) {
    ByteVector info = test::key(type).public_der();
    info.back() ^= 1U;
    EXPECT_FALSE(read_public_key(info, Reason::BadConfig));
    EXPECT_EQ(ERR_peek_error(), 0U);
  }
  // P-256 with the point at infinity, for which anybody can sign.
  const auto infinity = read_public_key(
      bytes("3019301306072a8648ce3d020106082a8648ce3d03010703020000"), Reason::BadConfig);
  EXPECT_TRUE(!infinity || !infinity->algorithm());
}

}  // namespace
}  // namespace countersign::x509

// SPDX-License-Identifier: Apache-2.0
#include "countersign/crypto/public_key.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "countersign/crypto/openssl_ptr.h"

#include "support/key.h"

namespace countersign::crypto {
namespace {

using test::Key;
using test::KeyType;

PublicKey parsed(const Key& key) {
  return PublicKey::parse_der(key.public_der(), Reason::EnvelopeInvalid).value();
}

struct Supported {
  KeyType type;
  SignatureAlgorithm algorithm;
  std::string_view name;
  HashAlgorithm hash;
  std::size_t signature_size;
  std::string_view description;
};

// Signature specification, "Signature Algorithm Requirements".
constexpr Supported kSupported[] = {
    {KeyType::Rsa2048, SignatureAlgorithm::RsaPssSha256, "RSASSA-PSS-SHA-256",
     HashAlgorithm::Sha256, 256, "RSA 2048"},
    {KeyType::Rsa3072, SignatureAlgorithm::RsaPssSha384, "RSASSA-PSS-SHA-384",
     HashAlgorithm::Sha384, 384, "RSA 3072"},
    {KeyType::Rsa4096, SignatureAlgorithm::RsaPssSha512, "RSASSA-PSS-SHA-512",
     HashAlgorithm::Sha512, 512, "RSA 4096"},
    {KeyType::P256, SignatureAlgorithm::EcdsaSha256, "ECDSA-SHA-256", HashAlgorithm::Sha256, 64,
     "EC prime256v1"},
    {KeyType::P384, SignatureAlgorithm::EcdsaSha384, "ECDSA-SHA-384", HashAlgorithm::Sha384, 96,
     "EC secp384r1"},
    {KeyType::P521, SignatureAlgorithm::EcdsaSha512, "ECDSA-SHA-512", HashAlgorithm::Sha512, 132,
     "EC secp521r1"},
};

TEST(PublicKey, HasTheAlgorithmOfItsTypeAndSize) {
  for (const Supported& row : kSupported) {
    const PublicKey key = parsed(test::key(row.type));
    EXPECT_EQ(key.description(), row.description);
    ASSERT_EQ(key.algorithm(), row.algorithm) << row.name;
    EXPECT_EQ(notation_name(row.algorithm), row.name);
    EXPECT_EQ(hash_of(row.algorithm), row.hash);
  }
}

TEST(PublicKey, VerifiesWhatItsPrivateKeySigned) {
  const Bytes message = as_bytes("signed bytes");
  for (const Supported& row : kSupported) {
    const Key& key = test::key(row.type);
    const ByteVector signature = key.sign(message);
    ASSERT_EQ(signature.size(), row.signature_size) << row.name;
    EXPECT_TRUE(parsed(key).verify(message, signature)) << row.name;
    EXPECT_TRUE(key.public_key().verify(message, signature)) << row.name;
  }
}

TEST(PublicKey, VerifiesAnEmptyMessage) {
  const Key& key = test::key(KeyType::P256);
  EXPECT_TRUE(key.public_key().verify({}, key.sign({})));
}

TEST(PublicKey, HasNoAlgorithmForOtherTypes) {  // NV-K23, NV-K24
  const std::pair<KeyType, std::string_view> rows[] = {
      {KeyType::Rsa1024, "RSA 1024"},       {KeyType::RsaPss2048, "RSA-PSS 2048"},
      {KeyType::P224, "EC secp224r1"},      {KeyType::P256Explicit, "EC with explicit parameters"},
      {KeyType::Secp256k1, "EC secp256k1"}, {KeyType::Ed25519, "ED25519"},
  };
  for (const auto& [type, description] : rows) {
    const PublicKey key = parsed(test::key(type));
    EXPECT_EQ(key.description(), description);
    EXPECT_EQ(key.algorithm(), std::nullopt) << description;
    const auto verified = key.verify(as_bytes("message"), ByteVector(256));
    ASSERT_FALSE(verified) << description;
    EXPECT_EQ(verified.error().reason, Reason::SignatureInvalid) << description;
  }
}

TEST(PublicKey, WantsRsaOfExactlyThreeSizes) {  // NV-K22
  for (const unsigned bits : {2047U, 2049U, 2056U, 3071U, 3073U, 4095U, 4097U, 5120U, 8192U}) {
    EXPECT_EQ(parsed(test::rsa_public_key(bits)).algorithm(), std::nullopt) << bits;
  }
  EXPECT_TRUE(parsed(test::rsa_public_key(2048)).algorithm());
}

TEST(PublicKey, WantsASoundRsaExponent) {
  for (const std::uint64_t exponent : {1ULL, 2ULL, 65'536ULL}) {
    EXPECT_EQ(parsed(test::rsa_public_key(2048, exponent)).algorithm(), std::nullopt) << exponent;
  }
  for (const std::uint64_t exponent : {3ULL, 65'537ULL, 0xffff'ffff'ffff'ffffULL}) {
    EXPECT_TRUE(parsed(test::rsa_public_key(2048, exponent)).algorithm()) << exponent;
  }
}

TEST(PublicKey, RefusesThePointAtInfinity) {
  // SubjectPublicKeyInfo of P-256 whose point is the one byte 00.
  const ByteVector der{0x30, 0x19, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
                       0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
                       0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x02, 0x00, 0x00};
  const auto key = PublicKey::parse_der(der, Reason::EnvelopeInvalid);
  EXPECT_TRUE(!key || !key->algorithm());
}

TEST(PublicKey, ParseRefusesWhatIsNotExactlyAKey) {
  ByteVector longer = test::key(KeyType::P256).public_der();
  longer.push_back(0);
  ByteVector shorter = test::key(KeyType::P256).public_der();
  shorter.pop_back();
  for (const ByteVector& der : {ByteVector{}, ByteVector{0x30, 0x00}, longer, shorter}) {
    const auto key = PublicKey::parse_der(der, Reason::EnvelopeInvalid);
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().reason, Reason::EnvelopeInvalid);
    EXPECT_EQ(ERR_peek_error(), 0U);
  }
}

void expect_refused(const Key& key, Bytes signature, std::string_view why) {
  const auto verified = key.public_key().verify(as_bytes("signed bytes"), signature);
  ASSERT_FALSE(verified) << why;
  EXPECT_EQ(verified.error().reason, Reason::SignatureInvalid) << why;
  EXPECT_EQ(ERR_peek_error(), 0U) << why;
}

TEST(PublicKey, RefusesASignatureThatWasTouched) {
  for (const Supported& row : kSupported) {
    const Key& key = test::key(row.type);
    const ByteVector good = key.sign(as_bytes("signed bytes"));
    ByteVector changed = good;
    changed[changed.size() / 2] ^= 1U;
    ByteVector shorter = good;
    shorter.pop_back();
    ByteVector longer = good;
    longer.push_back(0);
    ByteVector padded = good;
    padded.insert(padded.begin(), 0);
    expect_refused(key, changed, "changed");
    expect_refused(key, shorter, "shorter");
    expect_refused(key, longer, "longer");
    expect_refused(key, padded, "zero in front");
    expect_refused(key, {}, "empty");
    expect_refused(key, key.sign(as_bytes("other bytes")), "other message");
    expect_refused(key, test::new_key(KeyType::P256).sign(as_bytes("signed bytes")), "other key");
  }
}

struct RsaScheme {
  std::string_view name;
  int padding;
  int salt_length;
  const EVP_MD* hash;
  const EVP_MD* mgf1;
};

ByteVector sign_rsa(const Key& key, const RsaScheme& scheme) {
  const MdContextPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* parameters = nullptr;
  EXPECT_EQ(EVP_DigestSignInit(context.get(), &parameters, scheme.hash, nullptr, key.native()), 1);
  EXPECT_EQ(EVP_PKEY_CTX_set_rsa_padding(parameters, scheme.padding), 1);
  if (scheme.padding == RSA_PKCS1_PSS_PADDING) {
    EXPECT_EQ(EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, scheme.salt_length), 1);
    EXPECT_EQ(EVP_PKEY_CTX_set_rsa_mgf1_md(parameters, scheme.mgf1), 1);
  }
  const Bytes message = as_bytes("signed bytes");
  std::size_t size = 256;
  ByteVector signature(size);
  EXPECT_EQ(EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()),
            1);
  return signature;
}

TEST(PublicKey, WantsPssWithSaltAndMaskOfTheHash) {
  const Key& key = test::key(KeyType::Rsa2048);
  const RsaScheme rows[] = {
      {"no salt", RSA_PKCS1_PSS_PADDING, 0, EVP_sha256(), EVP_sha256()},
      {"salt of 20", RSA_PKCS1_PSS_PADDING, 20, EVP_sha256(), EVP_sha256()},
      {"longest salt", RSA_PKCS1_PSS_PADDING, RSA_PSS_SALTLEN_MAX, EVP_sha256(), EVP_sha256()},
      {"mask of SHA-1", RSA_PKCS1_PSS_PADDING, 32, EVP_sha256(), EVP_sha1()},
      {"mask of SHA-512", RSA_PKCS1_PSS_PADDING, 32, EVP_sha256(), EVP_sha512()},
      {"hash of SHA-512", RSA_PKCS1_PSS_PADDING, 64, EVP_sha512(), EVP_sha512()},
      {"hash of SHA-1", RSA_PKCS1_PSS_PADDING, 20, EVP_sha1(), EVP_sha1()},
      {"PKCS #1 v1.5", RSA_PKCS1_PADDING, 0, EVP_sha256(), nullptr},
  };
  for (const RsaScheme& row : rows) {
    expect_refused(key, sign_rsa(key, row), row.name);
  }
  const RsaScheme right{"right", RSA_PKCS1_PSS_PADDING, 32, EVP_sha256(), EVP_sha256()};
  EXPECT_TRUE(key.public_key().verify(as_bytes("signed bytes"), sign_rsa(key, right)));
}

ByteVector curve_order(int curve, std::size_t width) {
  const OpensslPtr<EC_GROUP, EC_GROUP_free> group(EC_GROUP_new_by_curve_name(curve));
  ByteVector order(width);
  EXPECT_EQ(BN_bn2binpad(EC_GROUP_get0_order(group.get()), order.data(), static_cast<int>(width)),
            static_cast<int>(width));
  return order;
}

ByteVector join(const ByteVector& r, const ByteVector& s) {
  ByteVector both = r;
  both.insert(both.end(), s.begin(), s.end());
  return both;
}

TEST(PublicKey, WantsBothHalvesOfAnEcdsaSignatureInRange) {
  const std::pair<KeyType, int> curves[] = {{KeyType::P256, NID_X9_62_prime256v1},
                                            {KeyType::P384, NID_secp384r1},
                                            {KeyType::P521, NID_secp521r1}};
  for (const auto& [type, curve] : curves) {
    const Key& key = test::key(type);
    const ByteVector good = key.sign(as_bytes("signed bytes"));
    const std::size_t width = good.size() / 2;
    const auto middle = good.begin() + static_cast<std::ptrdiff_t>(width);
    const ByteVector r(good.begin(), middle);
    const ByteVector s(middle, good.end());
    const ByteVector zero(width);
    const ByteVector order = curve_order(curve, width);
    const ByteVector most(width, 0xff);
    expect_refused(key, join(zero, s), "r = 0");
    expect_refused(key, join(r, zero), "s = 0");
    expect_refused(key, join(zero, zero), "r = s = 0");
    expect_refused(key, join(order, s), "r = n");
    expect_refused(key, join(r, order), "s = n");
    expect_refused(key, join(order, order), "r = s = n");
    expect_refused(key, join(most, most), "r and s above n");
    expect_refused(key, join(s, r), "halves exchanged");
  }
}

TEST(PublicKey, RefusesEcdsaInDer) {
  const Key& key = test::key(KeyType::P256);
  const MdContextPtr context(EVP_MD_CTX_new());
  ASSERT_EQ(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.native()), 1);
  const Bytes message = as_bytes("signed bytes");
  std::size_t size = 128;
  ByteVector der(size);
  ASSERT_EQ(EVP_DigestSign(context.get(), der.data(), &size, message.data(), message.size()), 1);
  der.resize(size);
  expect_refused(key, der, "DER");
}

}  // namespace
}  // namespace countersign::crypto

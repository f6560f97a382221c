// SPDX-License-Identifier: Apache-2.0
#include "x509/signature_method.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "countersign/codec/base64.h"
#include "countersign/crypto/openssl_ptr.h"

#include "support/key.h"

namespace countersign::x509 {
namespace {

using crypto::HashAlgorithm;
using test::KeyType;

ByteVector bytes(std::string_view hex) { return codec::decode_hex(hex, Reason::Internal).value(); }

// Tag, length and content, in hex; for contents below 128 bytes.
std::string element(std::string_view tag, const std::string& content) {
  const auto size = static_cast<std::uint8_t>(content.size() / 2);
  return std::string(tag) + codec::encode_hex(Bytes(&size, 1)) + content;
}
std::string sequence(const std::string& content) { return element("30", content); }

const std::string kNull = "0500";
const std::string kRsa = "06092a864886f70d0101";  // and the last byte of the identifier
const std::string kMgf1 = kRsa + "08";
const std::string kPss = kRsa + "0a";
const std::string kSha1 = sequence("06052b0e03021a" + kNull);
const std::string kSha2 = "06096086480165030402";
const std::string kSha256 = sequence(kSha2 + "01" + kNull);
const std::string kSha384 = sequence(kSha2 + "02" + kNull);
const std::string kSha512 = sequence(kSha2 + "03" + kNull);

struct Parts {  // of RSASSA-PSS-params
  std::string hash = element("a0", kSha256);
  std::string mask = element("a1", sequence(kMgf1 + kSha256));
  std::string salt = "a203020120";
  std::string rest = {};
};
std::string pss(const Parts& parts) {
  return sequence(kPss + sequence(parts.hash + parts.mask + parts.salt + parts.rest));
}

TEST(SignatureMethod, KnowsTheStrongOnes) {
  using enum SignatureScheme;
  using enum HashAlgorithm;
  struct Row {
    std::string hex;
    SignatureScheme scheme;
    HashAlgorithm hash;
  };
  const std::string ecdsa = "06082a8648ce3d0403";
  const Row rows[] = {
      {sequence(kRsa + "0b" + kNull), RsaPkcs1, Sha256},
      {sequence(kRsa + "0b"), RsaPkcs1, Sha256},
      {sequence(kRsa + "0c" + kNull), RsaPkcs1, Sha384},
      {sequence(kRsa + "0d" + kNull), RsaPkcs1, Sha512},
      {sequence(ecdsa + "02"), Ecdsa, Sha256},
      {sequence(ecdsa + "03"), Ecdsa, Sha384},
      {sequence(ecdsa + "04"), Ecdsa, Sha512},
      {sequence("06032b6570"), Ed25519, Sha512},
      {pss({}), RsaPss, Sha256},
      {pss({.hash = element("a0", sequence(kSha2 + "01"))}), RsaPss, Sha256},
      {pss({.rest = "a303020101"}), RsaPss, Sha256},
      {pss({element("a0", kSha384), element("a1", sequence(kMgf1 + kSha384)), "a203020130"}),
       RsaPss, Sha384},
      {pss({element("a0", kSha512), element("a1", sequence(kMgf1 + kSha512)), "a203020140"}),
       RsaPss, Sha512},
  };
  for (const Row& row : rows) {
    const auto method = signature_method(bytes(row.hex));
    ASSERT_TRUE(method) << row.hex;
    EXPECT_EQ(method->scheme, row.scheme) << row.hex;
    EXPECT_EQ(method->hash, row.hash) << row.hex;
  }
}

TEST(SignatureMethod, KnowsNothingElse) {
  const std::pair<std::string_view, std::string> rows[] = {
      {"nothing", ""},
      {"no sequence", kRsa + "0b"},
      {"empty", sequence("")},
      {"NULL in place of an identifier", sequence(kNull)},
      {"trailing byte", sequence(kRsa + "0b" + kNull) + "00"},
      {"two parameters", sequence(kRsa + "0b" + kNull + kNull)},
      {"length in long form", "30810d" + kRsa + "0b" + kNull},
      {"RSA with another parameter", sequence(kRsa + "0b" + "3000")},
      {"RSA encryption", sequence(kRsa + "01" + kNull)},
      {"RSA with MD5", sequence(kRsa + "04" + kNull)},
      {"RSA with SHA-1", sequence(kRsa + "05" + kNull)},
      {"RSA with SHA-224", sequence(kRsa + "0e" + kNull)},
      {"ECDSA with SHA-1", sequence("06072a8648ce3d0401")},
      {"ECDSA with SHA-224", sequence("06082a8648ce3d040301")},
      {"ECDSA with NULL", sequence("06082a8648ce3d040302" + kNull)},
      {"Ed25519 with NULL", sequence("06032b6570" + kNull)},
      {"Ed448", sequence("06032b6571")},
      {"DSA with SHA-256", sequence("0609608648016503040302")},
      {"a hash", kSha256},
  };
  for (const auto& [name, hex] : rows) {
    EXPECT_FALSE(signature_method(bytes(hex))) << name;
  }
}

TEST(SignatureMethod, WantsSoundPssParameters) {  // all defaults are SHA-1's
  const std::pair<std::string_view, std::string> rows[] = {
      {"no parameters", sequence(kPss)},
      {"NULL", sequence(kPss + kNull)},
      {"all defaults", sequence(kPss + "3000")},
      {"default hash", pss({.hash = ""})},
      {"default mask", pss({.mask = ""})},
      {"default salt", pss({.salt = ""})},
      {"SHA-1", pss({.hash = element("a0", kSha1)})},
      {"mask of SHA-1", pss({.mask = element("a1", sequence(kMgf1 + kSha1))})},
      {"mask of another hash", pss({.mask = element("a1", sequence(kMgf1 + kSha512))})},
      {"mask without a hash", pss({.mask = element("a1", sequence(kMgf1))})},
      {"mask that is not MGF1", pss({.mask = element("a1", sequence(kPss + kSha256))})},
      {"mask that is nothing", pss({.mask = "a100"})},
      {"shorter salt", pss({.salt = "a203020114"})},
      {"no salt", pss({.salt = "a203020100"})},
      {"longer salt", pss({.salt = "a203020140"})},
      {"negative salt", pss({.salt = "a2030201e0"})},
      {"salt as octets", pss({.salt = "a203040120"})},
      {"hash that is a number", pss({.hash = "a003020120"})},
      {"trailer 2", pss({.rest = "a303020102"})},
      {"trailer that is no number", pss({.rest = "a3020500"})},
      {"something behind", pss({.rest = kNull})},
      {"other order", sequence(kPss + sequence(Parts{}.mask + Parts{}.hash + Parts{}.salt))},
  };
  for (const auto& [name, hex] : rows) {
    EXPECT_FALSE(signature_method(bytes(hex))) << name;
  }
}

TEST(HashMethod, KnowsSha2) {
  EXPECT_EQ(hash_method(bytes(kSha256)), HashAlgorithm::Sha256);
  EXPECT_EQ(hash_method(bytes(sequence(kSha2 + "01"))), HashAlgorithm::Sha256);
  EXPECT_EQ(hash_method(bytes(kSha384)), HashAlgorithm::Sha384);
  EXPECT_EQ(hash_method(bytes(kSha512)), HashAlgorithm::Sha512);
  for (const std::string& hex :
       {kSha1, sequence(kSha2 + "04" + kNull), sequence(kSha2 + "01" + "3000"),
        sequence(kRsa + "0b" + kNull), sequence(kNull), std::string()}) {
    EXPECT_FALSE(hash_method(bytes(hex))) << hex;
  }
}

ByteVector sign(const test::Key& key, const SignatureMethod& method, Bytes message,
                int salt_length = RSA_PSS_SALTLEN_DIGEST) {
  constexpr const char* kNames[] = {"SHA256", "SHA384", "SHA512"};
  const char* const hash = method.scheme == SignatureScheme::Ed25519
                               ? nullptr
                               : kNames[static_cast<std::size_t>(method.hash)];
  const crypto::MdContextPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* parameters = nullptr;  // owned by `context`
  EXPECT_EQ(EVP_DigestSignInit_ex(context.get(), &parameters, hash, nullptr, nullptr, key.native(),
                                  nullptr),
            1);
  if (method.scheme == SignatureScheme::RsaPss) {
    EXPECT_EQ(EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING), 1);
    EXPECT_EQ(EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, salt_length), 1);
  }
  ByteVector signature(1024);
  std::size_t size = signature.size();
  EXPECT_EQ(EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()),
            1);
  signature.resize(size);
  return signature;
}

struct MethodOfKey {
  std::string_view name;
  test::Key key;
  SignatureMethod method;
};

std::vector<MethodOfKey> usable() {
  using enum SignatureScheme;
  using enum HashAlgorithm;
  const test::Key& rsa = test::key(KeyType::Rsa2048);
  return {
      {"PKCS #1, SHA-256", rsa, {RsaPkcs1, Sha256}},
      {"PKCS #1, SHA-512", rsa, {RsaPkcs1, Sha512}},
      {"PSS, SHA-256", rsa, {RsaPss, Sha256}},
      {"PSS, SHA-384", rsa, {RsaPss, Sha384}},
      {"PSS with a key for it alone", test::key(KeyType::RsaPss2048), {RsaPss, Sha256}},
      {"P-256", test::key(KeyType::P256), {Ecdsa, Sha256}},
      {"P-256, SHA-512", test::key(KeyType::P256), {Ecdsa, Sha512}},
      {"P-384", test::key(KeyType::P384), {Ecdsa, Sha384}},
      {"P-521", test::key(KeyType::P521), {Ecdsa, Sha512}},
      {"P-224", test::key(KeyType::P224), {Ecdsa, Sha256}},
      {"Ed25519", test::key(KeyType::Ed25519), {Ed25519, Sha512}},
  };
}

TEST(Verifies, WhatTheKeySigned) {
  const Bytes message = as_bytes("signed bytes");
  for (const MethodOfKey& row : usable()) {
    ByteVector signature = sign(row.key, row.method, message);
    const crypto::PublicKey key = row.key.public_key();
    EXPECT_TRUE(verifies(key, row.method, message, signature)) << row.name;
    EXPECT_FALSE(verifies(key, row.method, as_bytes("other bytes"), signature)) << row.name;
    EXPECT_FALSE(verifies(key, row.method, message, {})) << row.name;
    signature.back() ^= 1U;
    EXPECT_FALSE(verifies(key, row.method, message, signature)) << row.name;
    EXPECT_EQ(ERR_peek_error(), 0U) << row.name;
  }
}

TEST(Verifies, OnlyWithTheMethodItself) {
  const Bytes message = as_bytes("signed bytes");
  for (const MethodOfKey& row : usable()) {
    const ByteVector signature = sign(row.key, row.method, message);
    for (const MethodOfKey& other : usable()) {
      const bool same =
          other.method.scheme == row.method.scheme && other.method.hash == row.method.hash;
      EXPECT_FALSE(!same && verifies(row.key.public_key(), other.method, message, signature))
          << row.name << " as " << other.name;
    }
  }
}

TEST(Verifies, NotWithAKeyThatMayNotBeUsed) {  // CVE-2020-0601: curves written out
  using enum SignatureScheme;
  using enum HashAlgorithm;
  const Bytes message = as_bytes("signed bytes");
  const MethodOfKey rows[] = {
      {"RSA 1024", test::key(KeyType::Rsa1024), {RsaPkcs1, Sha256}},
      {"explicit parameters", test::key(KeyType::P256Explicit), {Ecdsa, Sha256}},
  };
  for (const MethodOfKey& row : rows) {
    // As it comes out of a certificate.
    const auto key = crypto::PublicKey::parse_der(row.key.public_der(), Reason::Internal);
    ASSERT_TRUE(key) << row.name;
    EXPECT_FALSE(verifies(*key, row.method, message, sign(row.key, row.method, message)))
        << row.name;
  }
}

TEST(Verifies, PssWithTheSaltOfTheHashOnly) {
  const test::Key& key = test::key(KeyType::Rsa2048);
  const SignatureMethod method{SignatureScheme::RsaPss, HashAlgorithm::Sha256};
  const Bytes message = as_bytes("signed bytes");
  EXPECT_TRUE(verifies(key.public_key(), method, message, sign(key, method, message, 32)));
  for (const int salt : {0, 20, 64}) {
    EXPECT_FALSE(verifies(key.public_key(), method, message, sign(key, method, message, salt)))
        << salt;
  }
}

// With the exponent 1 everybody can sign: the padded hash is the signature.
TEST(Verifies, NotWithTheExponent1) {
  const test::Key key = test::rsa_public_key(2048, 1);
  const Bytes message = as_bytes("signed bytes");
  const auto hash = crypto::sha256(message);
  ByteVector signature = bytes("0001");
  signature.resize(2048 / 8 - 1 - 19 - hash.size(), 0xff);
  const ByteVector head = bytes("003031300d060960864801650304020105000420");
  signature.insert(signature.end(), head.begin(), head.end());
  signature.insert(signature.end(), hash.begin(), hash.end());
  ASSERT_EQ(signature.size(), 256U);
  EXPECT_FALSE(verifies(key.public_key(), {SignatureScheme::RsaPkcs1, HashAlgorithm::Sha256},
                        message, signature));
}

}  // namespace
}  // namespace countersign::x509

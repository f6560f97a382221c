// SPDX-License-Identifier: Apache-2.0
#include "crypto/key_facts.h"

#include <string_view>

#include <gtest/gtest.h>

#include "support/key.h"

namespace countersign::crypto {
namespace {

using test::KeyType;

struct Row {
  KeyType type;
  KeyKind kind;
  std::optional<SignatureAlgorithm> algorithm;
  std::string_view description;
};

constexpr Row kRows[] = {
    {KeyType::Rsa2048, KeyKind::Rsa, SignatureAlgorithm::RsaPssSha256, "RSA 2048"},
    {KeyType::Rsa3072, KeyKind::Rsa, SignatureAlgorithm::RsaPssSha384, "RSA 3072"},
    {KeyType::Rsa4096, KeyKind::Rsa, SignatureAlgorithm::RsaPssSha512, "RSA 4096"},
    {KeyType::Rsa1024, KeyKind::Rsa, {}, "RSA 1024"},
    {KeyType::RsaPss2048, KeyKind::RsaPss, {}, "RSA-PSS 2048"},
    {KeyType::P256, KeyKind::Ec, SignatureAlgorithm::EcdsaSha256, "EC prime256v1"},
    {KeyType::P384, KeyKind::Ec, SignatureAlgorithm::EcdsaSha384, "EC secp384r1"},
    {KeyType::P521, KeyKind::Ec, SignatureAlgorithm::EcdsaSha512, "EC secp521r1"},
    {KeyType::P224, KeyKind::Ec, {}, "EC secp224r1"},
    {KeyType::Secp256k1, KeyKind::Ec, {}, "EC secp256k1"},
    {KeyType::Ed25519, KeyKind::Ed25519, {}, "ED25519"},
};

TEST(KeyFacts, AreWhatOpensslSays) {
  for (const Row& row : kRows) {
    const KeyFacts facts = facts_of(test::key(row.type).native());
    EXPECT_EQ(facts.kind, row.kind) << row.description;
    EXPECT_EQ(facts.algorithm, row.algorithm) << row.description;
    EXPECT_EQ(facts.description, row.description);
  }
}

TEST(KeyFacts, CallExplicitParametersUnusable) {  // CVE-2020-0601
  const auto key =
      PublicKey::parse_der(test::key(KeyType::P256Explicit).public_der(), Reason::Internal);
  ASSERT_TRUE(key);
  const KeyFacts facts = facts_of(key->native());
  EXPECT_EQ(facts.kind, KeyKind::Unusable);
  EXPECT_EQ(facts.algorithm, std::nullopt);
  EXPECT_EQ(facts.description, "EC with explicit parameters");
}

TEST(KeyFacts, OfNumbersAreThoseOfTheKey) {
  EXPECT_EQ(ec_facts(Curve::P256).description, "EC prime256v1");
  EXPECT_EQ(ec_facts(Curve::P384).algorithm, SignatureAlgorithm::EcdsaSha384);
  EXPECT_EQ(ec_facts(Curve::P521).kind, KeyKind::Ec);
  EXPECT_EQ(rsa_facts(3072, ByteVector{0x01, 0x00, 0x01}).algorithm,
            SignatureAlgorithm::RsaPssSha384);
  EXPECT_EQ(rsa_facts(2047, ByteVector{0x01, 0x00, 0x01}).algorithm, std::nullopt);
}

TEST(KeyFacts, WantASoundExponent) {
  const std::pair<ByteVector, KeyKind> rows[] = {
      {{}, KeyKind::Unusable},
      {{0x00}, KeyKind::Unusable},
      {{0x01}, KeyKind::Unusable},
      {{0x00, 0x01}, KeyKind::Unusable},
      {{0x02}, KeyKind::Unusable},
      {{0x01, 0x00, 0x00}, KeyKind::Unusable},
      {{0x03}, KeyKind::Rsa},
      {{0x00, 0x03}, KeyKind::Rsa},
      {{0x01, 0x00, 0x01}, KeyKind::Rsa},
      {ByteVector(8, 0xff), KeyKind::Rsa},
      {ByteVector(9, 0xff), KeyKind::Unusable},
  };
  for (const auto& [exponent, kind] : rows) {
    const KeyFacts facts = rsa_facts(2048, exponent);
    EXPECT_EQ(facts.kind, kind) << exponent.size();
    EXPECT_EQ(facts.algorithm.has_value(), kind == KeyKind::Rsa) << exponent.size();
    EXPECT_EQ(facts.description, "RSA 2048");
  }
}

}  // namespace
}  // namespace countersign::crypto

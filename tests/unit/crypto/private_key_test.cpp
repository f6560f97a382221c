// SPDX-License-Identifier: Apache-2.0
#include "countersign/crypto/private_key.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>

#include "countersign/crypto/openssl_ptr.h"

#include "support/demand.h"
#include "support/pki.h"

namespace countersign::crypto {
namespace {

using test::KeyType;

enum class Form : std::uint8_t { Traditional, EncryptedTraditional, EncryptedPkcs8 };

std::string written(const test::Key& key, Form form) {
  const BioPtr out(BIO_new(BIO_s_mem()));
  const EVP_CIPHER* cipher = form == Form::Traditional ? nullptr : EVP_aes_256_cbc();
  auto* passphrase = cipher == nullptr ? nullptr : const_cast<char*>("passphrase");
  const int good = form == Form::EncryptedPkcs8
                       ? PEM_write_bio_PKCS8PrivateKey(out.get(), key.native(), cipher, nullptr, 0,
                                                       nullptr, passphrase)
                       : PEM_write_bio_PrivateKey_traditional(out.get(), key.native(), cipher,
                                                              nullptr, 0, nullptr, passphrase);
  EXPECT_EQ(good, 1);
  return test::drain(out.get());
}

constexpr KeyType kSigners[] = {KeyType::Rsa2048, KeyType::Rsa3072, KeyType::P256, KeyType::P384,
                                KeyType::P521};

TEST(PrivateKey, SignsWhatItsPublicHalfVerifies) {
  const Bytes message = as_bytes("signed bytes");
  for (const auto type : kSigners) {
    const auto made = test::key(type);
    const auto key = PrivateKey::parse_pem(made.pem(), Reason::BadConfig);
    ASSERT_TRUE(key) << key.error().detail;
    const auto signature = key->sign(message);
    ASSERT_TRUE(signature);
    EXPECT_TRUE(made.public_key().verify(message, *signature));
    EXPECT_TRUE(key->public_key().verify(message, *signature));
    EXPECT_FALSE(made.public_key().verify(as_bytes("other bytes"), *signature));
    EXPECT_TRUE(key->belongs_to(made.public_key()));
    EXPECT_FALSE(key->belongs_to(test::key(type, 1).public_key()));
  }
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(PrivateKey, SignsByTheSchemeThatAProtocolNames) {
  using enum SignatureScheme;
  const Bytes message = as_bytes("signed bytes");
  const struct {
    KeyType type;
    SignatureScheme scheme;
    bool good;
  } rows[] = {{KeyType::Rsa2048, RsaPss, true},      {KeyType::Rsa3072, RsaPss, true},
              {KeyType::Rsa2048, RsaPkcs1, true},    {KeyType::P256, Ecdsa, true},
              {KeyType::Ed25519, Ed25519, true},     {KeyType::RsaPss2048, RsaPss, true},
              {KeyType::Rsa2048, Ecdsa, false},      {KeyType::P256, RsaPss, false},
              {KeyType::RsaPss2048, RsaPkcs1, false}};
  for (const auto& [type, scheme, good] : rows) {
    const auto key = PrivateKey::parse_pem(test::key(type).pem(), Reason::BadConfig);
    ASSERT_TRUE(key) << key.error().detail;
    EXPECT_EQ(key->can_sign(scheme), good);
    const auto signature = key->sign(scheme, HashAlgorithm::Sha256, message);
    ASSERT_EQ(signature.has_value(), good) << static_cast<int>(type);
    if (good) {
      EXPECT_TRUE(test::key(type).public_key().verifies(scheme, HashAlgorithm::Sha256, message,
                                                        *signature));
    } else {
      EXPECT_EQ(signature.error().reason, Reason::BadConfig);
    }
  }
}

TEST(PrivateKey, WithoutAnAlgorithmSignsNoEnvelope) {
  const auto key =
      PrivateKey::parse_pem(test::key(KeyType::Ed25519).pem(), Reason::BadConfig).value();
  const auto signature = key.sign(as_bytes("x"));
  ASSERT_FALSE(signature);
  EXPECT_EQ(signature.error().reason, Reason::BadConfig);
}

TEST(PrivateKey, IsTheFirstOfItsFile) {
  const auto signer = test::make_leaf(test::key(KeyType::Rsa2048));
  const auto mine = signer.key().pem();
  for (const auto& text :
       {mine, "text\n" + mine + signer.chain_pem(), signer.chain_pem() + mine,
        written(signer.key(), Form::Traditional), mine + test::key(KeyType::P256).pem()}) {
    const auto key = PrivateKey::parse_pem(text, Reason::BadConfig);
    ASSERT_TRUE(key) << key.error().detail;
    EXPECT_TRUE(key->belongs_to(signer.certificate().public_key()));
  }
  const auto ec = test::key(KeyType::P256);
  EXPECT_TRUE(PrivateKey::parse_pem(written(ec, Form::Traditional), Reason::BadConfig)
                  ->belongs_to(ec.public_key()));
}

TEST(PrivateKey, OpensWithItsPassphrase) {
  const Secret passphrase("passphrase");
  for (const auto type : {KeyType::Rsa2048, KeyType::P256}) {
    const auto key = test::key(type);
    for (const auto& text : {written(key, Form::EncryptedPkcs8),
                             written(key, Form::EncryptedTraditional), key.pem()}) {
      const auto read = PrivateKey::parse_pem(text, passphrase, Reason::BadConfig);
      ASSERT_TRUE(read) << read.error().detail;
      EXPECT_TRUE(read->belongs_to(key.public_key()));
    }
  }
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(PrivateKey, StaysShutToAnyOther) {
  for (const auto form : {Form::EncryptedPkcs8, Form::EncryptedTraditional}) {
    const auto text = written(test::key(KeyType::P256), form);
    for (const auto& wrong : {std::string(), std::string("Passphrase"), std::string("passphrase "),
                              std::string(2'000, 'p')}) {
      const auto read = PrivateKey::parse_pem(text, Secret(wrong), Reason::BadConfig);
      ASSERT_FALSE(read) << wrong;
      EXPECT_EQ(read.error().reason, Reason::BadConfig);
      EXPECT_TRUE(read.error().detail.contains("the passphrase does not open"))
          << read.error().detail;
    }
    const auto without = PrivateKey::parse_pem(text, Reason::BadConfig);
    ASSERT_FALSE(without);
    EXPECT_TRUE(without.error().detail.contains("is encrypted")) << without.error().detail;
  }
  const auto nothing = PrivateKey::parse_pem("text", Secret("x"), Reason::BadConfig);
  ASSERT_FALSE(nothing);
  EXPECT_FALSE(nothing.error().detail.contains("passphrase"));
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(PrivateKey, IsRefusedWhenItCannotBeUsed) {
  const auto key = test::key(KeyType::P256);
  auto broken = key.pem();
  broken.erase(broken.size() / 2, 4);
  for (const auto& text :
       {std::string(), std::string("no key"), test::make_root().pem(), broken,
        test::key(KeyType::P256Explicit).pem(), written(key, Form::EncryptedTraditional),
        written(key, Form::EncryptedPkcs8)}) {
    const auto read = PrivateKey::parse_pem(text, Reason::AzureIdentityRefused);
    ASSERT_FALSE(read) << text.size();
    EXPECT_EQ(read.error().reason, Reason::AzureIdentityRefused);
  }
  EXPECT_EQ(ERR_peek_error(), 0U);
}

}  // namespace
}  // namespace countersign::crypto

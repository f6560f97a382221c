// SPDX-License-Identifier: Apache-2.0
#include "countersign/crypto/key_generator.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>

#include "countersign/crypto/openssl_ptr.h"
#include "countersign/crypto/private_key.h"

namespace countersign::crypto {
namespace {

TEST(KeyGenerator, MakesTheKeyOfEachAlgorithm) {
  using enum SignatureAlgorithm;
  for (const auto algorithm : {RsaPssSha256, RsaPssSha384, EcdsaSha256, EcdsaSha384, EcdsaSha512}) {
    const auto pem = generate_key(algorithm);
    ASSERT_TRUE(pem) << pem.error().detail;
    EXPECT_TRUE(pem->reveal().starts_with("-----BEGIN PRIVATE KEY-----\n"));
    const auto key = PrivateKey::parse_pem(pem->reveal(), Reason::Internal);
    ASSERT_TRUE(key);
    EXPECT_EQ(key->public_key().algorithm(), algorithm);
    EXPECT_NE(generate_key(EcdsaSha256)->reveal(), pem->reveal());
  }
}

// What openssl and the Notation CLI's users do with the file.
bool opens(const Secret& pem, std::string passphrase) {
  const ErrorQueueGuard errors;
  const auto& text = pem.reveal();
  const BioPtr input(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  const KeyPtr key(PEM_read_bio_PrivateKey(input.get(), nullptr, nullptr,
                                           static_cast<void*>(passphrase.data())));
  return key != nullptr;
}

TEST(KeyGenerator, EncryptsAKey) {
  const auto plain = generate_key(SignatureAlgorithm::EcdsaSha256).value();
  const auto encrypted = encrypt_key(plain, Secret("a passphrase"));
  ASSERT_TRUE(encrypted) << encrypted.error().detail;
  EXPECT_TRUE(encrypted->reveal().starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
  EXPECT_TRUE(opens(*encrypted, "a passphrase"));
  EXPECT_FALSE(opens(*encrypted, "another"));
}

TEST(KeyGenerator, EncryptsNothingElse) {
  const auto plain = generate_key(SignatureAlgorithm::EcdsaSha256).value();
  const auto encrypted = encrypt_key(plain, Secret("a")).value();
  EXPECT_EQ(encrypt_key(plain, Secret()).error().reason, Reason::BadConfig);
  EXPECT_EQ(encrypt_key(plain, Secret(std::string(10'000, 'a'))).error().reason, Reason::BadConfig);
  EXPECT_EQ(encrypt_key(Secret("text"), Secret("a")).error().reason, Reason::BadConfig);
  EXPECT_EQ(encrypt_key(encrypted, Secret("a")).error().reason, Reason::BadConfig);
}

}  // namespace
}  // namespace countersign::crypto

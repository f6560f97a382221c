// SPDX-License-Identifier: Apache-2.0
#include "crypto/signature.h"

#include <gtest/gtest.h>

#include "countersign/crypto/openssl_ptr.h"

#include "support/key.h"

namespace countersign::crypto {
namespace {

using test::KeyType;

TEST(Signature, IsCheckedWithItsKey) {
  const ErrorQueueGuard errors;
  const test::Key& key = test::key(KeyType::Rsa2048);
  const Bytes message = as_bytes("signed bytes");
  const ByteVector signature = key.sign(message);
  const auto check = [&](SignatureScheme scheme, Bytes bytes) {
    return check_signature(key.native(), scheme, HashAlgorithm::Sha256, bytes, signature);
  };
  EXPECT_TRUE(check(SignatureScheme::RsaPss, message));
  const auto other = check(SignatureScheme::RsaPss, as_bytes("other bytes"));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().reason, Reason::SignatureInvalid);
  EXPECT_FALSE(check(SignatureScheme::RsaPkcs1, message));
}

TEST(Signature, CannotBeCheckedWithAKeyOfAnotherKind) {
  const ErrorQueueGuard errors;
  const auto checked =
      check_signature(test::key(KeyType::P256).native(), SignatureScheme::RsaPss,
                      HashAlgorithm::Sha256, as_bytes("signed bytes"), ByteVector(64));
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().reason, Reason::Internal);
}

TEST(Signature, OfFixedWidthBecomesDer) {
  // r = 1, s = 128: a zero in front keeps it positive.
  EXPECT_EQ(der_of_fixed_width(ByteVector{0x00, 0x01, 0x00, 0x80}).value(),
            (ByteVector{0x30, 0x07, 0x02, 0x01, 0x01, 0x02, 0x02, 0x00, 0x80}));
}

TEST(Signature, OfDerBecomesFixedWidth) {
  const ByteVector der{0x30, 0x07, 0x02, 0x01, 0x01, 0x02, 0x02, 0x00, 0x80};
  EXPECT_EQ(fixed_width_of_der(der, 2).value(), (ByteVector{0x00, 0x01, 0x00, 0x80}));
  EXPECT_FALSE(fixed_width_of_der(der, 0)) << "r and s do not fit";
  EXPECT_FALSE(fixed_width_of_der(ByteVector{0x30, 0x07}, 2));
}

TEST(Signature, IsMadeAsItIsChecked) {
  const ErrorQueueGuard errors;
  const Bytes message = as_bytes("signed bytes");
  const struct {
    KeyType type;
    SignatureScheme scheme;
  } rows[] = {{KeyType::Rsa2048, SignatureScheme::RsaPss},
              {KeyType::Rsa2048, SignatureScheme::RsaPkcs1},
              {KeyType::P256, SignatureScheme::Ecdsa},
              {KeyType::Ed25519, SignatureScheme::Ed25519}};
  for (const auto& [type, scheme] : rows) {
    auto* const key = test::key(type).native();
    const auto signature = make_signature(key, scheme, HashAlgorithm::Sha384, message);
    ASSERT_TRUE(signature);
    EXPECT_TRUE(check_signature(key, scheme, HashAlgorithm::Sha384, message, *signature));
  }
  const auto unable = make_signature(test::key(KeyType::P256).native(), SignatureScheme::RsaPss,
                                     HashAlgorithm::Sha256, message);
  ASSERT_FALSE(unable);
  EXPECT_EQ(unable.error().reason, Reason::Internal);
}

}  // namespace
}  // namespace countersign::crypto

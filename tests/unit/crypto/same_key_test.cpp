// SPDX-License-Identifier: Apache-2.0
#include "countersign/crypto/same_key.h"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include "support/key.h"

namespace countersign::crypto {
namespace {

using test::KeyType;

TEST(SameKey, ComparesWhatKeysAre) {
  for (const auto type : {KeyType::Rsa2048, KeyType::P256, KeyType::P521, KeyType::Ed25519}) {
    const auto key = test::key(type);
    const auto again = PublicKey::parse_der(key.public_der(), Reason::Internal).value();
    EXPECT_TRUE(same_key(key.public_key(), again));
    EXPECT_FALSE(same_key(key.public_key(), test::key(type, 1).public_key()));
    EXPECT_FALSE(same_key(key.public_key(), test::key(KeyType::P384).public_key()));
  }
  EXPECT_EQ(ERR_peek_error(), 0U);
}

}  // namespace
}  // namespace countersign::crypto

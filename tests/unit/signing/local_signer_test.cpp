// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "countersign/signing/signer.h"

#include "unit/signing/samples.h"

namespace countersign::signing {
namespace {

using test::KeyType;

TEST(LocalSigner, SignsByTheAlgorithmOfItsKey) {
  for (const auto type : {KeyType::Rsa2048, KeyType::Rsa3072, KeyType::Rsa4096, KeyType::P256,
                          KeyType::P384, KeyType::P521}) {
    const auto signer = test::make_leaf(test::key(type));
    const auto local = samples::local(signer);
    EXPECT_EQ(local->chain(), signer.chain());
    const auto signature = local->sign(as_bytes("message"), samples::soon());
    ASSERT_TRUE(signature) << signature.error().detail;
    EXPECT_TRUE(signer.key().public_key().verify(as_bytes("message"), *signature));
  }
}

TEST(LocalSigner, HandsOutNothingThatItsCertificateDoesNotVerify) {
  const auto stranger = samples::private_key(test::key(KeyType::P256, 7));
  const auto signature =
      local_signer(stranger, samples::leaf().chain())->sign(as_bytes("message"), samples::soon());
  ASSERT_FALSE(signature);
  EXPECT_EQ(signature.error().reason, Reason::SignatureInvalid);
}

TEST(LocalSigner, HasNoAlgorithmForOtherKeys) {
  const auto signature = local_signer(samples::private_key(test::key(KeyType::Ed25519)), {})
                             ->sign(as_bytes("message"), samples::soon());
  ASSERT_FALSE(signature);
  EXPECT_EQ(signature.error().reason, Reason::BadConfig);
}

}  // namespace
}  // namespace countersign::signing

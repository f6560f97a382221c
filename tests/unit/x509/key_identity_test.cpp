// SPDX-License-Identifier: Apache-2.0
#include "countersign/x509/key_identity.h"

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>

#include "support/pki.h"
#include "x509/certificate_fields.h"

namespace countersign::x509 {
namespace {

using test::KeyType;

TEST(KeyIdentity, IsOfTheKeyAlone) {
  for (const auto type : {KeyType::P256, KeyType::P384, KeyType::Rsa2048}) {
    const auto one = test::make_leaf(test::key(type));
    const auto renamed =
        test::make_leaf(test::key(type), test::leaf_spec("C=US, ST=WA, O=Other, CN=Other"));
    const auto other = test::make_leaf(test::key(type, 1));
    EXPECT_EQ(key_identity(one.certificate()), key_identity(renamed.certificate()));
    EXPECT_NE(key_identity(one.certificate()), key_identity(other.certificate()));
    EXPECT_FALSE(key_identity(one.certificate()).empty());
  }
}

TEST(KeyIdentity, DoesNotDependOnHowAPointIsWritten) {
  const auto& key = test::key(KeyType::P256);
  const test::Key compressed(EVP_PKEY_dup(key.native()));
  ASSERT_EQ(EVP_PKEY_set_utf8_string_param(
                compressed.native(), OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "compressed"),
            1);
  const auto root = test::make_root();
  const auto one = root.issue(test::leaf_spec(), key).certificate();
  const auto other = root.issue(test::leaf_spec(), compressed).certificate();
  ASSERT_LT(other.fields().public_key.size(), one.fields().public_key.size());
  EXPECT_EQ(key_identity(one), key_identity(other));
}

}  // namespace
}  // namespace countersign::x509

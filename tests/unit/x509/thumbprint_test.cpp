// SPDX-License-Identifier: Apache-2.0
#include "countersign/x509/thumbprint.h"

#include <gtest/gtest.h>
#include <openssl/x509.h>

#include "countersign/crypto/openssl_ptr.h"

#include "support/pki.h"

namespace countersign::x509 {
namespace {

TEST(Thumbprint, IsTheOneThatOpensslMakes) {
  const auto certificate = test::make_root().certificate();
  const unsigned char* next = certificate.der().data();
  const crypto::X509Ptr native(
      d2i_X509(nullptr, &next, static_cast<long>(certificate.der().size())));
  ByteVector expected(20);
  ASSERT_EQ(X509_digest(native.get(), EVP_sha1(), expected.data(), nullptr), 1);
  EXPECT_EQ(sha1_thumbprint(certificate), expected);
}

}  // namespace
}  // namespace countersign::x509

// SPDX-License-Identifier: Apache-2.0
#include "countersign/crypto/tls_plaintext.h"

#include <gtest/gtest.h>

#include "countersign/crypto/openssl_ptr.h"

namespace countersign::crypto {
namespace {

TEST(TlsPlaintext, IsToBeCleansed) {
  const SslContextPtr context(SSL_CTX_new(TLS_client_method()));
  ASSERT_NE(context, nullptr);
  EXPECT_EQ(SSL_CTX_get_options(context.get()) & SSL_OP_CLEANSE_PLAINTEXT, 0U);
  wipe_tls_plaintext(context.get());
  EXPECT_NE(SSL_CTX_get_options(context.get()) & SSL_OP_CLEANSE_PLAINTEXT, 0U);
}

}  // namespace
}  // namespace countersign::crypto

// SPDX-License-Identifier: Apache-2.0
#include "countersign/crypto/tls_plaintext.h"

#include <openssl/ssl.h>

namespace countersign::crypto {

void wipe_tls_plaintext(ssl_ctx_st* context) {
  SSL_CTX_set_options(context, SSL_OP_CLEANSE_PLAINTEXT);
}

}  // namespace countersign::crypto

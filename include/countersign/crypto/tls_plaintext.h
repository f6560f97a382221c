// SPDX-License-Identifier: Apache-2.0
// What a TLS connection of somebody else's library leaves in memory.
#pragma once

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace countersign::crypto {

// "By default TLS connections keep a copy of received plaintext application data in a static buffer
// until it is overwritten by the next portion of data" (SSL_CTX_set_options): not those of this
// one.
void wipe_tls_plaintext(ssl_ctx_st* context);

}  // namespace countersign::crypto

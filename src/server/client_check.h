// SPDX-License-Identifier: Apache-2.0
// Judges the certificates of clients, inside the handshake: before it has passed, no byte of a
// request is decrypted.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/crypto/openssl_ptr.h"
#include "countersign/server/tls_material.h"

namespace countersign::server {

class ClientCheck {
 public:
  // Makes connections of the context demand a certificate. The check must outlive them; the clock
  // is borrowed. Reason::BadConfig: authorities that can't be read or are none, no names.
  [[nodiscard]] static Result<std::shared_ptr<const ClientCheck>> demand(SSL_CTX* context,
                                                                         const ClientRules& rules,
                                                                         const Clock& clock);

 private:
  ClientCheck(std::vector<std::string> names, const Clock& clock)
      : names_(std::move(names)), clock_(clock) {}
  static int verify(X509_STORE_CTX* chain, void* self);
  int judge(const X509* certificate) const;  // an X509_V_ code
  bool knows(const X509* certificate) const;

  const std::vector<std::string> names_;
  const Clock& clock_;
};

struct RefusedClient {
  ClientRefusal why = ClientRefusal::Untrusted;
  // The common name, if an authority of ours vouches for it: what strangers write is not repeated.
  std::string name = {};
};

// After a failed handshake, in the thread and before the next call of OpenSSL: why, if it was the
// client's certificate.
std::optional<RefusedClient> refused_client(const SSL* connection);

}  // namespace countersign::server

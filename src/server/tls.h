// SPDX-License-Identifier: Apache-2.0
// The serving certificate: from texts to what a handshake needs, and its replacement while
// connections go on.
#pragma once
#include <memory>
#include <mutex>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/crypto/openssl_ptr.h"
#include "countersign/server/tls_material.h"

#include "server/client_check.h"
#include "server/stream.h"

namespace countersign::server {

struct ServingPair {
  crypto::SslContextPtr context;
  Time not_after;
  std::shared_ptr<const ClientCheck> clients = nullptr;  // null: nobody is asked for a certificate
};

// Reason::BadConfig, with the title of the part: not PEM, an encrypted key, a key that does not
// belong to the certificate, one too weak to serve with, a certificate that has expired, is not yet
// valid or lacks an expected name. Not checked: the chain above it; only clients know what they
// trust. The clock is borrowed.
[[nodiscard]] Result<ServingPair> load_serving_pair(const TlsMaterial& material,
                                                    const Clock& clock);

// The pair that new connections get; those that exist keep theirs. Thread-safe.
class TlsSlot {
 public:
  explicit TlsSlot(ServingPair pair) : pair_(std::move(pair)) {}

  void replace(ServingPair pair);
  SslPtr new_connection() const;  // null when memory is short
  Time not_after() const;

 private:
  mutable std::mutex mutex_;
  ServingPair pair_;
};

}  // namespace countersign::server

// SPDX-License-Identifier: Apache-2.0
// The serving certificate: from two PEM files to what a handshake needs, and its replacement while
// connections go on.
#pragma once
#include <mutex>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/crypto/openssl_ptr.h"
#include "countersign/server/front.h"

#include "server/stream.h"

namespace countersign::server {

struct ServingPair {
  crypto::SslContextPtr context;
  Time not_after;
};

// Reason::BadConfig, with the file's name: unreadable, not PEM, an encrypted key, a key that does
// not belong to the certificate, an expired certificate, a key too weak to serve with. Not checked:
// names in the certificate, the chain above it; only clients know what they expect.
[[nodiscard]] Result<ServingPair> load_serving_pair(const TlsFiles& files, Time now);

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

// SPDX-License-Identifier: Apache-2.0
// TSTInfo, what a time stamping authority signs (RFC 3161, 2.4.2).
#pragma once
#include <chrono>
#include <optional>

#include "countersign/base/bytes.h"
#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/crypto/digest.h"

namespace countersign::x509 {

struct TstInfo {
  crypto::HashAlgorithm hash = crypto::HashAlgorithm::Sha256;
  Bytes imprint;                        // of the length that the hash has
  Bytes serial;                         // content of the INTEGER
  std::optional<Bytes> nonce;           // the same; as the request had it, when it had one
  Time second{};                        // genTime is this ...
  std::chrono::nanoseconds fraction{};  // ... and this, less than a second
  std::chrono::microseconds accuracy{};

  // Whole seconds around genTime, and around genTime less and plus the accuracy.
  Time generated_after() const { return second; }
  Time generated_before() const;
  Time earliest() const;
  Time latest() const;
};

// Version 1, SHA-2, genTime in UTC, accuracy in its range, no critical extension. Ordering and the
// authority's own name mean nothing to us; the nonce does to who asked (timestamp_query.h).
// Reason::TimestampInvalid.
[[nodiscard]] Result<TstInfo> read_tst_info(Bytes content);

}  // namespace countersign::x509

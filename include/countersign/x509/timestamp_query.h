// SPDX-License-Identifier: Apache-2.0
// What is sent to a timestamp authority, and what it answers (RFC 3161, 2.4). The token in the
// answer is opened by timestamp.h.
//
// Stricter than the Notation CLI: the answer is DER, with nothing behind it.
#pragma once
#include "countersign/base/bytes.h"
#include "countersign/base/result.h"
#include "countersign/crypto/digest.h"

namespace countersign::x509 {

struct TimestampQuery {
  Bytes message;  // of which only the hash is sent
  crypto::HashAlgorithm hash = crypto::HashAlgorithm::Sha256;
  ByteVector nonce;  // random, big-endian; "a large random number" that comes back
};

// DER of a TimeStampReq: version 1, the authority's policy, certificates wanted, no extension.
ByteVector timestamp_request(const TimestampQuery&);

// The token out of a TimeStampResp: granted, for this hash of this message, with this nonce. Not
// checked: who signed it, and whether that signature holds. Reason::TimestampInvalid; what the
// authority says of a refusal is in the detail.
[[nodiscard]] Result<ByteVector> timestamp_token(Bytes reply, const TimestampQuery&);

}  // namespace countersign::x509

// SPDX-License-Identifier: Apache-2.0
// The checks that depend on time: was the signature made while its certificates were valid, and has
// it expired since? (Notary Project trust policy specification, "Signature Evaluation".)
#pragma once
#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/notation/envelope.h"
#include "countersign/notation/trust_policy.h"
#include "countersign/trust/snapshot.h"

namespace countersign::notation {

// Each certificate of the chain is valid at the time that counts, limits included: the signing
// authority's word under its own scheme; else the timestamp's interval when the statement wants a
// timestamp, else now. Returns the chain of the timestamp's signer when that counts, whose
// revocation is still to be asked about; else an empty one.
//
// CertificateExpired; TimestampInvalid for a timestamp that is missing, malformed, or by nobody
// whom the statement's tsa stores trust; TrustStoreEmpty and TrustStoreStale.
[[nodiscard]] Result<x509::Chain> check_authentic_timestamp(const Envelope& envelope,
                                                            const Statement& statement,
                                                            const trust::Snapshot& snapshot,
                                                            Time now);

// Does the timestamp's time count, and not that of now? Of signatures under the scheme X509.
bool wants_timestamp(const x509::Chain&, const Statement&, Time now);

// SignatureExpired from the expiry on.
[[nodiscard]] Result<void> check_expiry(const Envelope& envelope, Time now);

}  // namespace countersign::notation

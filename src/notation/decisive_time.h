// SPDX-License-Identifier: Apache-2.0
// The checks that depend on time: was the signature made while its certificates were valid, and has
// it expired since? (Notary Project trust policy specification, "Signature Evaluation".)
#pragma once
#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/notation/envelope.h"
#include "countersign/notation/trust_policy.h"

namespace countersign::notation {

// Each certificate of the chain is valid at the time that counts, limits included.
// CertificateExpired; TimestampInvalid when the statement wants a timestamp, because they are not
// verified yet.
[[nodiscard]] Result<void> check_authentic_timestamp(const Envelope& envelope,
                                                     const Statement& statement, Time now);

// SignatureExpired from the expiry on.
[[nodiscard]] Result<void> check_expiry(const Envelope& envelope, Time now);

}  // namespace countersign::notation

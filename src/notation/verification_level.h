// SPDX-License-Identifier: Apache-2.0
// `signatureVerification` of a trust policy statement: a level, changes to it, and when timestamps
// are needed (Notary Project trust policy specification, "Signature Verification details").
#pragma once
#include <array>

#include "countersign/base/result.h"
#include "countersign/codec/json.h"
#include "countersign/notation/trust_policy.h"

namespace countersign::notation {

struct SignatureVerification {
  Level level = Level::Strict;
  std::array<Action, kChecks> actions{};  // after overrides
  TimestampUse verify_timestamp = TimestampUse::Always;
};

// Reason::BadConfig.
[[nodiscard]] Result<SignatureVerification> parse_signature_verification(const codec::Json& json);

}  // namespace countersign::notation

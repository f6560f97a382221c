// SPDX-License-Identifier: Apache-2.0
// The protected header of a COSE envelope (Notary Project signature envelope COSE specification,
// "Protected Headers"), but `alg`, which was judged with the signature.
//
// Unknown attributes that are not critical are ignored. Envelopes that name a verification plugin
// are refused: the specification wants its logic or a failure, and plugins are not run here.
#pragma once
#include <optional>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/notation/envelope.h"

#include "notation/cose.h"

namespace countersign::notation {

struct ProtectedHeader {
  SigningScheme scheme = SigningScheme::X509;
  Time signing_time{};
  std::optional<Time> expiry;
};

// Reason::EnvelopeInvalid.
[[nodiscard]] Result<ProtectedHeader> read_protected_header(const SignedContent& content);

}  // namespace countersign::notation

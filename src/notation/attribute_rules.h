// SPDX-License-Identifier: Apache-2.0
// What the Notary Project demands of signed attributes, in either format (signature specification,
// "Signed Attributes"; signature envelope specifications, "Protected Headers"), but of the
// algorithm, which was judged with the signature.
//
// Unknown attributes that are not critical are ignored. Envelopes that name a verification plugin
// are refused: the specification wants its logic or a failure, and plugins are not run here.
#pragma once
#include <optional>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/notation/envelope.h"

#include "notation/attributes.h"

namespace countersign::notation {

struct SigningClaims {
  SigningScheme scheme = SigningScheme::X509;
  Time signing_time{};
  std::optional<Time> expiry;
};

// Reason::EnvelopeInvalid.
[[nodiscard]] Result<SigningClaims> check_attributes(const Attributes& attributes);

}  // namespace countersign::notation

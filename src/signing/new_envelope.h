// SPDX-License-Identifier: Apache-2.0
// An envelope that was just made, seen by who verifies it.
#pragma once
#include "countersign/base/bytes.h"
#include "countersign/base/result.h"
#include "countersign/signing/signature.h"
#include "countersign/x509/certificate.h"

#include "signing/draft.h"

namespace countersign::signing {

// Does it hold what was asked for, no more and no less? Internal when it does not, or when
// open_envelope() refuses it. CertificateExpired: the timestamp is not within the time of a
// certificate of the chain, so that it would count for nothing.
[[nodiscard]] Result<void> check_new_envelope(Bytes envelope, const Request& request,
                                              const UnsignedPart& part);

}  // namespace countersign::signing

// SPDX-License-Identifier: Apache-2.0
// What holds for the two header maps of every COSE message (RFC 9052, section 3), whatever the
// Notary Project adds: labels, types of the common parameters, and what may stand in which map.
//
// Stricter than RFC 9052: x5chain only in the unprotected map, signed-only parameters never there.
#pragma once
#include "countersign/base/result.h"
#include "countersign/codec/cbor.h"

namespace countersign::notation {

// Reason::EnvelopeInvalid.
[[nodiscard]] Result<void> check_header_maps(const codec::Cbor& protected_map,
                                             const codec::Cbor& unprotected_map);

}  // namespace countersign::notation

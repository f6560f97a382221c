// SPDX-License-Identifier: Apache-2.0
// Times in COSE headers: CBOR tag 1, seconds since 1970 (RFC 8949, 3.4.2).
#pragma once
#include <string_view>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/codec/cbor.h"

namespace countersign::notation {

// Integers and finite floats, fractions dropped (the earlier second counts; "SHOULD NOT" be there),
// from the first second of 1970 to the end of year 9999. Reason::EnvelopeInvalid, naming the
// header. Stricter than the Notation CLI, which reads a NaN or infinite expiry as "no expiry".
[[nodiscard]] Result<Time> read_cose_time(const codec::Cbor& value, std::string_view header);

// The same without fractions: an authentic time decides about validity, where an earlier second
// would be more lenient than the Notation CLI.
[[nodiscard]] Result<Time> read_whole_cose_time(const codec::Cbor& value, std::string_view header);

}  // namespace countersign::notation

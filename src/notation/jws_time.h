// SPDX-License-Identifier: Apache-2.0
// Times in a JWS header: strings of RFC 3339.
#pragma once
#include <string_view>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/codec/json.h"

namespace countersign::notation {

// Fractions are dropped. Reason::EnvelopeInvalid, with the header's name. Null and times before
// 1970 are refused; the Notation CLI takes null, and the first second of the year 1, for no time.
[[nodiscard]] Result<Time> read_jws_time(const codec::Json& value, std::string_view header);

// The same without fractions: an authentic time decides about validity, where an earlier second
// would be more lenient than the Notation CLI.
[[nodiscard]] Result<Time> read_whole_jws_time(const codec::Json& value, std::string_view header);

}  // namespace countersign::notation

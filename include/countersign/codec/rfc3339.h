// SPDX-License-Identifier: Apache-2.0
// RFC 3339 date-times, years 0001 to 9999.
#pragma once
#include <string>
#include <string_view>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"

namespace countersign::codec {

// Upper-case T and Z only; offsets up to 23:59; fractions are dropped (the earlier second counts);
// refused: leap seconds, 24:00, a comma before the fraction, a missing zone, impossible dates.
[[nodiscard]] Result<Time> parse_rfc3339(std::string_view text, Reason reason);

std::string format_rfc3339(Time time);  // "2026-11-24T17:00:00Z"

}  // namespace countersign::codec

// SPDX-License-Identifier: Apache-2.0
// RFC 9110, section 5.6.7: "A recipient that parses a timestamp value in an HTTP field MUST accept
// all three HTTP-date formats."
#pragma once
#include <optional>
#include <string_view>

#include "countersign/base/clock.h"

namespace countersign::courier {

// Years before 1970 are no dates here. `now` tells the century of a year of two digits.
std::optional<Time> parse_http_date(std::string_view text, Time now);

}  // namespace countersign::courier

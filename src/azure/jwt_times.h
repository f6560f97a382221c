// SPDX-License-Identifier: Apache-2.0
// From when to when a JSON Web Token says that it is good (RFC 7519, section 4.1). For caches only:
// no signature is looked at, and nothing may rest on what is read here but when to ask again.
#pragma once
#include <chrono>
#include <optional>
#include <string_view>

#include "countersign/base/clock.h"

namespace countersign::azure {

struct JwtTimes {
  std::optional<Time> not_before;  // `nbf`
  std::optional<Time> expires;     // `exp`
};

// Neither for what is no JWT. A time that is no number, before 1970 or after the year 9999 is none.
JwtTimes jwt_times(std::string_view token);

}  // namespace countersign::azure

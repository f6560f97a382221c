// SPDX-License-Identifier: Apache-2.0
// The times that an envelope may state, in either format.
#pragma once
#include <chrono>

#include "countersign/base/clock.h"

namespace countersign::notation {

// Zero is the value of a time that nobody set.
inline constexpr Time kFirstTime{std::chrono::seconds(1)};
// The end of RFC 3339.
inline constexpr Time kLastTime{std::chrono::sys_days{std::chrono::year{10'000} / 1 / 1} -
                                std::chrono::seconds(1)};

}  // namespace countersign::notation

// SPDX-License-Identifier: Apache-2.0
// What to do about a reason: one table for the denial that a user of kubectl reads and for
// `countersign explain`. docs/reasons.md says more.
#pragma once
#include <string_view>

#include "countersign/base/reason.h"

namespace countersign {

std::string_view next_step(Reason) noexcept;  // an imperative clause, no full stop

}  // namespace countersign

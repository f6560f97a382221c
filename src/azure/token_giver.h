// SPDX-License-Identifier: Apache-2.0
// Where Azure tokens of one audience come from (token_keeper.h), for what needs no more than that.
#pragma once
#include <functional>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/base/secret.h"

namespace countersign::azure {

// Never `refused`, which may be empty. Thread-safe.
using TokenGiver = std::function<Result<Secret>(const Secret& refused, Deadline)>;

}  // namespace countersign::azure

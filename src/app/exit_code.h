// SPDX-License-Identifier: Apache-2.0
// What the process says at its end (design: 0 yes, 1 no, 2 usage or configuration, 3 unknown).
#pragma once
#include <cstdint>

#include "countersign/base/result.h"
#include "countersign/policy/decide.h"
#include "countersign/policy/report.h"

namespace countersign::app {

enum class Exit : std::uint8_t { Yes = 0, No = 1, Usage = 2, Unknown = 3 };

Exit exit_of(Reason);  // of a refusal
Exit exit_of(const Result<policy::Report>&);
Exit exit_of(const policy::Decision&);
Exit worse(Exit, Exit);  // of two: a definite no is said before "could not find out"

}  // namespace countersign::app

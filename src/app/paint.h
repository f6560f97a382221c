// SPDX-License-Identifier: Apache-2.0
// Colours of verdicts, the same in every command: green for yes, red for no, yellow for what was
// not judged.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "countersign/base/result.h"
#include "countersign/policy/report.h"

#include "app/console.h"

namespace countersign::app {

enum class Paint : std::uint8_t { None, Good, Bad, Open };

std::string painted(std::string_view text, Paint, Colour);
Paint paint_of(policy::Verdict);
Paint paint_of(const Result<policy::Report>&);

}  // namespace countersign::app

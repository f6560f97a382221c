// SPDX-License-Identifier: Apache-2.0
// One report out of those of several verifications of the same image.
#pragma once
#include <span>
#include <string>

#include "countersign/base/result.h"
#include "countersign/policy/report.h"
#include "countersign/policy/rule.h"

namespace countersign::policy {

struct Outcome {             // of one verification
  std::string verification;  // its name
  Result<Report> report = fail(Reason::Internal, "not judged");
};

inline constexpr std::string_view kDefaultVerification = "default";

// Whatever the others find, combine() then says the same: there is no need to go on.
bool settles(Join, const Result<Report>&);

// All: a refusal by one is a refusal, also beside an Error of another; a refusal that no retry can
// mend is told first. Any: one that trusts or skips suffices; else an Error comes before a refusal,
// because it might have been the good one. Skipped counts as trusted. No outcome at all: an Error.
//
// Statements are named "verification/statement", but for the default verification by itself.
[[nodiscard]] Result<Report> combine(Join, std::span<const Outcome>);

}  // namespace countersign::policy

// SPDX-License-Identifier: Apache-2.0
// Making and reading results of checks.
#pragma once
#include <algorithm>
#include <span>
#include <utility>

#include "countersign/notation/verify.h"

namespace countersign::notation {

inline CheckResult passed(Check check, Action action) {
  return {.check = check, .action = action, .outcome = Outcome::Pass, .reason = {}, .detail = {}};
}

inline CheckResult skipped(Check check, Action action) {
  return {
      .check = check, .action = action, .outcome = Outcome::Skipped, .reason = {}, .detail = {}};
}

inline CheckResult failed(Check check, Action action, Error error) {
  return {.check = check,
          .action = action,
          .outcome = Outcome::Fail,
          .reason = error.reason,
          .detail = std::move(error.detail)};
}

// What was found, under the action that the statement demands.
inline CheckResult judged(Check check, const Statement& statement, Result<void> found) {
  const Action action = statement.action(check);
  if (action == Action::Skip) {
    return skipped(check, action);
  }
  return found ? passed(check, action) : failed(check, action, std::move(found).error());
}

inline bool is_refusal(const CheckResult& result) {
  return result.outcome == Outcome::Fail && result.action == Action::Enforce;
}

inline bool has_refusal(std::span<const CheckResult> results) {
  return std::ranges::any_of(results, is_refusal);
}

}  // namespace countersign::notation

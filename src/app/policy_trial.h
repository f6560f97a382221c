// SPDX-License-Identifier: Apache-2.0
// Runs the cases of `policy test` through the same admitter that the webhook has.
#pragma once
#include <string>
#include <vector>

#include "countersign/admission/admitter.h"

#include "app/policy_case.h"

namespace countersign::app {

struct CaseResult {
  std::string name;
  std::vector<std::string> differences;  // one line each; empty: all as expected
};

class PolicyTrial {
 public:
  // Borrowed. Labels come from the cases, not from where the view has them.
  PolicyTrial(const admission::Admitter& admitter, const Clock& clock)
      : admitter_(admitter), clock_(clock) {}

  CaseResult run(const PolicyCase&) const;

 private:
  const admission::Admitter& admitter_;
  const Clock& clock_;
};

// "ok   NAME" or "FAIL NAME" with the differences, then a count.
std::string trial_text(const std::vector<CaseResult>&);
std::string trial_json(const std::vector<CaseResult>&);

}  // namespace countersign::app

// SPDX-License-Identifier: Apache-2.0
// What the checks of one signature rest on, for a person who asks. Nothing is judged here: it is
// put together again from what examine() and conclude() were given, and costs as much once more.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/notation/verify.h"

namespace countersign::notation {

struct Evidence {
  Check check = Check::Integrity;
  std::string name;   // "trust store"
  std::string value;  // may quote what a publisher wrote
};

struct Hearing {  // what conclude() had heard, in the order of questions()
  std::span<const Question> questions;
  std::span<const Result<x509::RevocationStatus>> answers;
};

// In the order of Check. Empty for an envelope that could not be opened: its failure says all.
std::vector<Evidence> evidence(const Candidate&, const Statement&, const trust::Snapshot&, Time now,
                               const Hearing&);

}  // namespace countersign::notation

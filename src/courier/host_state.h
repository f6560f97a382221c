// SPDX-License-Identifier: Apache-2.0
// What all callers of one host know about it together.
#pragma once
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"

#include "courier/breaker.h"
#include "courier/retry_budget.h"
#include "courier/silence.h"

namespace countersign::courier {

struct Admission {  // whether a caller may send to a host now
  Permit permit = Permit::None;
  std::optional<Tick> later;  // with None: ask again then; else `error` says why not
  Error error;
};

struct Outcome {          // of what a caller sent together
  bool answered = false;  // some status came back
  bool alive = false;     // one that shows that the host works
  bool failed = false;    // something else shows that it does not
  std::size_t successes = 0;
  std::optional<Tick> quiet_until;  // what the host demands
};

class HostState {  // thread-safe; never calls anybody
 public:
  explicit HostState(std::string name) : name_(std::move(name)) {}

  const std::string& name() const { return name_; }  // "ghcr.io", "host:5000"

  // A caller who is given One or All concludes exactly once.
  Admission ask(Tick now);
  // A host that is alive has not failed, whatever else happened to the same batch.
  Breaker::Change conclude(Permit, const Outcome&, Tick now);

  bool may_retry();  // takes from the budget
  // Those that nobody heard before, while there is room to remember them.
  std::vector<std::string> news(std::vector<std::string> warnings);

 private:
  std::string name_;
  std::mutex mutex_;
  Breaker breaker_;
  RetryBudget budget_;
  Silence silence_;
  Tick quiet_until_{};
  std::vector<std::string> heard_;
};

}  // namespace countersign::courier

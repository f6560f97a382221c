// SPDX-License-Identifier: Apache-2.0
// What failed lately, so that a dead source does not cost every decision its wait. Not a verdict:
// forgotten after limits::kRevocationFailureLife, whatever the calendar does.
#pragma once
#include <mutex>
#include <optional>
#include <string>

#include "countersign/base/clock.h"
#include "countersign/base/limits.h"
#include "countersign/base/lru.h"
#include "countersign/base/result.h"

namespace countersign::revocation {

class Failures {  // thread-safe
 public:
  std::optional<Error> find(const std::string& key, Tick now);
  void remember(const std::string& key, const Error&, Tick now);

 private:
  struct Failure {
    Error error;
    Tick until;
  };
  std::mutex mutex_;
  Lru<Failure> failures_{limits::kRevocationFailures};
};

}  // namespace countersign::revocation

// SPDX-License-Identifier: Apache-2.0
// What a step makes of what is held.
#pragma once
#include <string>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/serving/certificate_keeper.h"

#include "serving/certificate_plan.h"
#include "serving/holdings.h"

namespace countersign::serving {

struct Wishes {
  const std::vector<std::string>& dns_names;
  Lifetimes lifetimes;
};

// Not for Step::Wait, which makes nothing: Reason::Internal. Errors of x509/issue.h.
[[nodiscard]] Result<Holdings> make(Step, Holdings, const Wishes&, Time now);

}  // namespace countersign::serving

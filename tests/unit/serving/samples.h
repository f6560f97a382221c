// SPDX-License-Identifier: Apache-2.0
// Authorities and leaves as the product makes them.
#pragma once
#include <string>
#include <vector>

#include "serving/holdings.h"
#include "serving/step_maker.h"

namespace countersign::serving::samples {

inline constexpr Time kNow{std::chrono::days(20'000)};
inline const std::vector<std::string> kNames{"cs.cs.svc", "cs.cs.svc.cluster.local"};

inline Pair authority(Time now) {
  return read_pair(x509::issue_authority("a", {now, limits::kAuthorityLife}).value()).value();
}

// As at a first start.
inline Holdings first(Time now) { return make(Step::MakeAll, {}, {kNames, {}}, now).value(); }

}  // namespace countersign::serving::samples

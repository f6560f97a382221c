// SPDX-License-Identifier: Apache-2.0
// events: what of denials is written to the cluster.
#pragma once
#include <cstddef>

#include "countersign/base/limits.h"

namespace countersign::app {

struct EventSetup {
  std::size_t per_minute = limits::kEventsPerMinute;
};

}  // namespace countersign::app

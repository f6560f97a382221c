// SPDX-License-Identifier: Apache-2.0
// Both times at once: what a certificate authority says is valid by the calendar, what we remember
// is kept by the steady clock, so that a jump of the calendar neither ends nor prolongs it.
#pragma once
#include "countersign/base/clock.h"

namespace countersign::revocation {

struct Moment {
  Time now{};
  Tick tick{};
  static Moment of(const Clock& clock) { return {clock.now(), clock.tick()}; }
};

}  // namespace countersign::revocation

// SPDX-License-Identifier: Apache-2.0
// What a configuration that can be used may not be meant to say.
#pragma once
#include <string>
#include <vector>

#include "app/setup.h"

namespace countersign::app {

// For who asks, because it takes a while: "FILE:LINE:COLUMN: warning: ...", of rules in their
// order, then of verifications.
std::vector<std::string> remarks_on(const Setup&, const AdmissionPlaces&);

}  // namespace countersign::app

// SPDX-License-Identifier: Apache-2.0
// Notation's verifier, planned: from a configuration file and from Notation's own folder alike.
#pragma once
#include <memory>

#include "countersign/admission/notation_verifier.h"
#include "countersign/notation/trust_policy.h"

#include "app/setup.h"

namespace countersign::app {

std::unique_ptr<VerifierPlan> notation_plan(notation::TrustPolicy, admission::NotationOptions);

}  // namespace countersign::app

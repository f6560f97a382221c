// SPDX-License-Identifier: Apache-2.0
// One statement of a trust policy document, with every rule that concerns it alone.
#pragma once
#include "countersign/base/result.h"
#include "countersign/codec/json.h"
#include "countersign/notation/trust_policy.h"

namespace countersign::notation {

// Reason::BadConfig.
[[nodiscard]] Result<Statement> parse_statement(const codec::Json& json);

}  // namespace countersign::notation

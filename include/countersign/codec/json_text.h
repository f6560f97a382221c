// SPDX-License-Identifier: Apache-2.0
// A parsed document as text again.
#pragma once
#include <string>

#include "countersign/codec/json.h"

namespace countersign::codec {

// Compact, members in their order. Numbers with a fraction have three decimals (JsonWriter::real).
std::string json_text(const Json&);

}  // namespace countersign::codec

// SPDX-License-Identifier: Apache-2.0
// Values of attributes that mean nothing to us, as text for people.
#pragma once
#include <string>

#include "countersign/codec/cbor.h"
#include "countersign/codec/json.h"

namespace countersign::notation {

// Text as it is; anything else as compact JSON, or in CBOR's diagnostic notation (RFC 8949,
// section 8).
std::string attribute_text(const codec::Json& value);
std::string attribute_text(const codec::Cbor& value);

}  // namespace countersign::notation

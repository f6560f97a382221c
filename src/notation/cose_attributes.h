// SPDX-License-Identifier: Apache-2.0
// The protected header of a COSE envelope (Notary Project signature envelope COSE specification,
// "Protected Headers"), decoded.
#pragma once
#include "notation/attributes.h"
#include "notation/cose.h"

namespace countersign::notation {

Attributes read_attributes(const CoseContent& content);

}  // namespace countersign::notation

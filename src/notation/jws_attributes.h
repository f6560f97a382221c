// SPDX-License-Identifier: Apache-2.0
// The protected header of a JWS envelope (Notary Project signature envelope JWS specification,
// "Protected Headers"), decoded.
#pragma once
#include "notation/attributes.h"
#include "notation/jws.h"

namespace countersign::notation {

// Keys in the header, or where to get them (jwk, jku, x5u, kid), are extended attributes like any
// other: nothing uses them.
Attributes read_attributes(const JwsContent& content);

}  // namespace countersign::notation

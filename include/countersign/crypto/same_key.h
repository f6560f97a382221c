// SPDX-License-Identifier: Apache-2.0
// Whether two public keys are one.
#pragma once
#include "countersign/crypto/public_key.h"

namespace countersign::crypto {

// However they are written; false for keys that can't be compared.
bool same_key(const PublicKey& one, const PublicKey& other);

}  // namespace countersign::crypto

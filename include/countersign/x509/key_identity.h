// SPDX-License-Identifier: Apache-2.0
// Whether two certificates are of one key.
#pragma once
#include <string>

#include "countersign/x509/certificate.h"

namespace countersign::x509 {

// Bytes that are equal when the public keys are: what the key is, without how it is written. A
// point counts by its first coordinate, so that its compressed form, and the negative of the key,
// which the same owner has, are the same.
std::string key_identity(const Certificate&);

}  // namespace countersign::x509

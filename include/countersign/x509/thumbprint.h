// SPDX-License-Identifier: Apache-2.0
// The thumbprint by which Windows and Azure name a certificate.
#pragma once
#include "countersign/base/bytes.h"
#include "countersign/x509/certificate.h"

namespace countersign::x509 {

// SHA-1 of the DER. It finds mistakes and proves nothing: two certificates may share it on purpose.
ByteVector sha1_thumbprint(const Certificate&);

}  // namespace countersign::x509

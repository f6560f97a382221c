// SPDX-License-Identifier: Apache-2.0
// A certificate in DER, field by field (RFC 5280, 4.1).
#pragma once
#include "countersign/base/bytes.h"
#include "countersign/base/result.h"

#include "x509/certificate_fields.h"

namespace countersign::x509 {

// Exactly one certificate, nothing behind any part of it. Not looked into: the extensions, and what
// the key is.
[[nodiscard]] Result<CertificateFields> read_certificate(Bytes certificate, Reason reason);

}  // namespace countersign::x509

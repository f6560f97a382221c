// SPDX-License-Identifier: Apache-2.0
// The bytes of a certificate file, as a trust store holds them.
#pragma once
#include <vector>

#include "countersign/base/bytes.h"
#include "countersign/base/result.h"
#include "countersign/x509/certificate.h"

namespace countersign::trust {

// PEM with nothing but CERTIFICATE blocks, or exactly one DER certificate. Reason::BadConfig for
// anything else, a private key included, and for a file without certificates.
[[nodiscard]] Result<std::vector<x509::Certificate>> parse_certificate_file(Bytes content);

}  // namespace countersign::trust

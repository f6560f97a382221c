// SPDX-License-Identifier: Apache-2.0
// The extensions of a certificate that we read. All others are ignored, critical ones too: "MUST
// fail open, i.e. rest of the extensions MUST NOT be evaluated or honored" (signature
// specification, "Certificate Requirements"). The addresses serve revocation, not the profile.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "countersign/base/bytes.h"
#include "countersign/base/result.h"
#include "countersign/x509/certificate.h"

namespace countersign::x509 {

struct Extensions {
  std::optional<BasicConstraints> basic_constraints;
  std::optional<KeyUsage> key_usage;
  std::optional<ExtendedKeyUsage> extended_key_usage;
  std::vector<std::string> ocsp_urls;
  std::vector<std::string> crl_urls;
};

// `extensions` is the content of the list. Refused: an extension given twice, whether we read it or
// not (RFC 5280, 4.2), and one that we read and that is not well formed.
[[nodiscard]] Result<Extensions> read_extensions(Bytes extensions, Reason reason);

}  // namespace countersign::x509

// SPDX-License-Identifier: Apache-2.0
// The certificates in a secret: PEM, or PKCS#12 with the empty password.
#pragma once
#include <string_view>

#include "countersign/base/result.h"
#include "countersign/base/secret.h"
#include "countersign/x509/certificate.h"

namespace countersign::azure {

// In the order of x509/chain_order.h, one at least, at most limits::kVaultChain. `content_type` is
// believed for PKCS#12 only: what looks like PEM is PEM. BadConfig, which never quotes the text.
[[nodiscard]] Result<x509::Chain> certificates_of(const Secret& text,
                                                  std::string_view content_type);

}  // namespace countersign::azure

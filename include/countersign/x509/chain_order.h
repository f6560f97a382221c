// SPDX-License-Identifier: Apache-2.0
// The order of certificates that come in any.
#pragma once
#include "countersign/x509/certificate.h"

namespace countersign::x509 {

// Each once, and each before those that issued it: a signer's first, then what stands above it,
// root last; then the next chain, shorter ones later; certificates without relatives at the end.
// Thumbprints decide between equals, so the order given makes no difference. A handful only: all
// pairs are compared.
Chain in_order(Chain certificates);

}  // namespace countersign::x509

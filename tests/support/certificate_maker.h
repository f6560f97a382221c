// SPDX-License-Identifier: Apache-2.0
// From a specification to the DER of a certificate; for pki.cpp.
#pragma once
#include "countersign/base/bytes.h"

#include "support/pki.h"

namespace countersign::test {

ByteVector subject_of(const CertificateSpec&);
ByteVector make_certificate(const CertificateSpec&, const Key& subject_key,
                            const ByteVector& issuer, const Key& issuer_key);

}  // namespace countersign::test

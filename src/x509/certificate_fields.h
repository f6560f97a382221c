// SPDX-License-Identifier: Apache-2.0
// The fields of a certificate where they lie in its DER, for those who ask or answer about it:
// revocation lists and OCSP responses name certificates by their raw serial number and key.
#pragma once
#include "countersign/base/bytes.h"
#include "countersign/base/clock.h"
#include "countersign/x509/certificate.h"

namespace countersign::x509 {

struct CertificateFields {  // with tag and length unless said otherwise
  Bytes signed_part;        // TBSCertificate
  Bytes serial;             // content of the INTEGER
  Bytes algorithm;          // of the signature
  Bytes issuer;
  Time not_before{};
  Time not_after{};
  Bytes subject;
  Bytes public_key_info;
  Bytes public_key;  // octets of the BIT STRING in `public_key_info`
  Bytes extensions;  // content of the list; empty when there is none
  Bytes signature;   // octets of the BIT STRING
};

// Valid as long as the certificate or a copy of it.
inline const CertificateFields& fields_of(const Certificate& certificate) {
  return certificate.fields();
}

}  // namespace countersign::x509

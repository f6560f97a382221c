// SPDX-License-Identifier: Apache-2.0
#include "countersign/x509/ocsp.h"

#include "x509/der.h"
#include "x509/der_writer.h"
#include "x509/ocsp_id.h"

namespace countersign::x509 {

// OCSPRequest { TBSRequest { requestList { Request { CertID } } } }
ByteVector ocsp_request(const Certificate& certificate, const Certificate& issuer) {
  const ByteVector request = write_der(der::kSequence, {ocsp_id(certificate, issuer)});
  const ByteVector requests = write_der(der::kSequence, request);
  return write_der(der::kSequence, {write_der(der::kSequence, requests)});
}

}  // namespace countersign::x509

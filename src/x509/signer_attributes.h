// SPDX-License-Identifier: Apache-2.0
// What the signer of a timestamp token says beside the content (RFC 5652, 11; RFC 5035, 3).
#pragma once
#include <optional>

#include "countersign/base/bytes.h"
#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/crypto/digest.h"
#include "countersign/x509/certificate.h"

#include "x509/cms.h"

namespace countersign::x509 {

// The first ESSCertIDv2: "The first certificate identified in the sequence of certificate
// identifiers MUST be the certificate used to verify the signature." The hash is what binds; names
// anybody can copy.
struct SigningCertificate {
  crypto::HashAlgorithm hash = crypto::HashAlgorithm::Sha256;
  Bytes value;
  std::optional<CertificateId> id;

  bool is(const Certificate& certificate) const;
};

struct SignerAttributes {
  Bytes message_digest;
  SigningCertificate signing_certificate;
  std::optional<Time> signing_time;
};

// The signed attributes: each type once with one value, with the content type TSTInfo, a message
// digest and SigningCertificateV2. None of the four stands among the unsigned ones. Whether they
// are true is not judged. Reason::TimestampInvalid.
[[nodiscard]] Result<SignerAttributes> read_attributes(const SignerInfo& signer);

}  // namespace countersign::x509

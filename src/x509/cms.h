// SPDX-License-Identifier: Apache-2.0
// The part of CMS (RFC 5652) that timestamp tokens use (RFC 3161, 2.4.2): SignedData of version 3
// with its content inside, X.509 certificates only, and one signer, who is named by issuer and
// serial number. All views are into the token.
#pragma once
#include <string_view>
#include <vector>

#include "countersign/base/bytes.h"
#include "countersign/base/result.h"
#include "countersign/crypto/digest.h"
#include "countersign/x509/certificate.h"

#include "x509/signature_method.h"

namespace countersign::x509 {

inline constexpr std::string_view kTstInfoType = "1.2.840.113549.1.9.16.1.4";

struct CertificateId {
  Bytes issuer;  // a whole Name
  Bytes serial;  // content of the INTEGER
};
bool names(const CertificateId& id, const Certificate& certificate);

struct SignerInfo {
  CertificateId id;  // not signed
  crypto::HashAlgorithm digest = crypto::HashAlgorithm::Sha256;
  SignatureMethod method;     // its hash is `digest`
  Bytes signed_attributes;    // the whole [0]
  Bytes signature;            // over signed_bytes()
  Bytes unsigned_attributes;  // content; empty when there are none

  // "A separate encoding of the signedAttrs field is performed ... an EXPLICIT SET OF tag is used"
  // (5.4).
  ByteVector signed_bytes() const;
};

struct SignedData {
  Bytes content;                    // of the TSTInfo: what the OCTET STRING holds
  std::vector<Bytes> certificates;  // as they come, not read
  SignerInfo signer;
};

// Structure and algorithms; nothing is verified. Reason::TimestampInvalid.
[[nodiscard]] Result<SignedData> read_signed_data(Bytes token);

}  // namespace countersign::x509

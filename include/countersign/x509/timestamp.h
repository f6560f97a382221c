// SPDX-License-Identifier: Apache-2.0
// RFC 3161 timestamp tokens as countersignatures of the Notary Project (signature specification,
// "Timestamp signature").
//
// Stricter than the Notation CLI: DER only, exactly one SignerInfo, whose two names for its
// certificate agree, signed attributes in signed places only, accuracy in its range. Stricter than
// OpenSSL: SignerInfo version 1, SigningCertificateV2 among the signed attributes, SHA-2 only.
#pragma once
#include <span>
#include <vector>

#include "countersign/base/bytes.h"
#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/x509/certificate.h"

namespace countersign::x509 {

class Timestamp {
 public:
  // All that depends on bytes alone: the token's structure, the imprint of `message`, who signed
  // it, and that signature. Whether anybody trusts him is another question.
  // Reason::TimestampInvalid.
  [[nodiscard]] static Result<Timestamp> open(Bytes token, Bytes message);

  // genTime less and plus the accuracy; fractions of a second widen the interval.
  Time earliest() const { return earliest_; }
  Time latest() const { return latest_; }
  // As the token has them, the signer's first, each once; not a chain.
  const std::vector<Certificate>& certificates() const { return certificates_; }

  // The chain from the signer to one of these roots, through certificates of the token only. It
  // fits the timestamping profile, and each one was valid at genTime and at the signing time that
  // the signer claims. A CA with an extended key usage must allow timeStamping by it.
  // Reason::TimestampInvalid.
  [[nodiscard]] Result<Chain> chain_to(std::span<const Certificate> roots) const;

 private:
  Timestamp() = default;
  Time earliest_{}, latest_{};
  std::vector<Time> times_;  // genTime, whole seconds before and after it; the signer's claim
  std::vector<Certificate> certificates_;
};

}  // namespace countersign::x509

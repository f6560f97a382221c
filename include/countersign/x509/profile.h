// SPDX-License-Identifier: Apache-2.0
// The certificate profile of the Notary Project (signature specification, "Certificate
// Requirements"), for a chain as it stands in an envelope: complete, ordered from leaf to root,
// nothing extra.
//
// Not checked here: validity periods (judged at the time that counts), trust, revocation, validity
// nesting and all extensions but basic constraints, key usage and extended key usage. Stricter than
// the Notation CLI, as docs/notation.md lists: anyExtendedKeyUsage, SHA-1 self-signatures,
// non-critical basic constraints of a CA and CA keys below 112 bits of strength are refused.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "countersign/base/result.h"
#include "countersign/x509/certificate.h"

namespace countersign::x509 {

enum class Purpose : std::uint8_t { CodeSigning, Timestamping };

// Reason::CertificateProfile, with the subject of the certificate at fault in the detail.
[[nodiscard]] Result<void> check_profile(const Chain& chain, Purpose purpose);

struct ProfileFault {
  std::size_t certificate = 0;  // its place in the chain
  std::string detail;           // "lacks the key usage digitalSignature"
};

// For people who mend a chain: one of each rule that is broken, where check_profile() stops at the
// first. Empty exactly when that accepts. No more certificates are looked at than the limit.
std::vector<ProfileFault> profile_faults(const Chain& chain, Purpose purpose);
// The same of a CA that stands alone, as a trust anchor does: in `certificate` is 0.
std::vector<ProfileFault> ca_faults(const Certificate& ca, Purpose purpose);

}  // namespace countersign::x509

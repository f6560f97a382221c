// SPDX-License-Identifier: Apache-2.0
// Why, and since when, a certificate is revoked (RFC 5280, 5.3.1 and 5.3.2), as revocation lists
// and OCSP responses say it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "countersign/base/bytes.h"
#include "countersign/base/clock.h"

namespace countersign::x509 {

enum class RevocationReason : std::uint8_t {
  Unspecified = 0,
  KeyCompromise = 1,
  CaCompromise = 2,
  AffiliationChanged = 3,
  Superseded = 4,
  CessationOfOperation = 5,
  CertificateHold = 6,
  RemoveFromCrl = 8,
  PrivilegeWithdrawn = 9,
  AaCompromise = 10,
};

// Of the content of an ENUMERATED. A number without a meaning is Unspecified: who revokes for an
// unknown reason revokes.
RevocationReason revocation_reason(Bytes enumerated);

// Of the extension's value: exactly one GeneralizedTime, without fractions.
std::optional<Time> invalidity_date(Bytes value);

// "revoked at 2026-05-04T03:02:01Z: keyCompromise"
std::string describe_revocation(Time revoked, RevocationReason reason);

}  // namespace countersign::x509

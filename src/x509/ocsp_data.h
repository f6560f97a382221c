// SPDX-License-Identifier: Apache-2.0
// The inside of a basic OCSP response (RFC 6960, 4.2.1): what is said, and by whom, before anybody
// asks whether he may.
#pragma once
#include <optional>
#include <vector>

#include "countersign/base/bytes.h"
#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/x509/revocation_status.h"

#include "x509/der.h"
#include "x509/revocation_reason.h"

namespace countersign::x509 {

struct OcspSingle {  // about one certificate
  Bytes id;          // content of the CertID
  RevocationStatus::Kind kind = RevocationStatus::Kind::Unknown;
  Time revoked{};
  RevocationReason reason = RevocationReason::Unspecified;
  std::optional<Time> invalid_since;
  Time this_update{};
  std::optional<Time> next_update;
};

struct OcspData {
  Der responder;  // [1] Name or [2] KeyHash
  Time produced{};
  std::vector<OcspSingle> singles;
};

// ResponseData's content, strict DER. No extension may be critical: there is none that we
// understand and that may be. A nonce is let pass. Reason::RevocationUnknown.
[[nodiscard]] Result<OcspData> read_ocsp_data(Bytes content);

}  // namespace countersign::x509

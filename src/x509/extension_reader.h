// SPDX-License-Identifier: Apache-2.0
// Extension of RFC 5280, 4.1, as certificates, revocation lists, their entries and OCSP responses
// carry it, over bytes that stay where they are.
#pragma once
#include <optional>
#include <string_view>

#include "countersign/base/bytes.h"
#include "countersign/x509/certificate.h"

#include "x509/der.h"

namespace countersign::x509 {

struct ExtensionView {
  std::string_view type;  // the octets of the object identifier
  Criticality criticality = Criticality::NotCritical;
  Bytes value;
};

// The next one of a list; nullopt when it is malformed. `critical FALSE` written out is let pass,
// as in certificates, though DER leaves a DEFAULT away.
std::optional<ExtensionView> take_extension(DerReader& list);

}  // namespace countersign::x509

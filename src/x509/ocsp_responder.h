// SPDX-License-Identifier: Apache-2.0
// Who may answer for a CA (RFC 6960, 4.2.2.2): the CA itself, or a responder that it delegated
// with a certificate of its own making.
#pragma once
#include <optional>
#include <span>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/x509/certificate.h"

#include "x509/der.h"
#include "x509/signed_parts.h"

namespace countersign::x509 {

struct OcspQuestion {
  const Certificate& certificate;
  const Certificate& issuer;
  Time now;
};

// The delegate, or nullopt for the CA itself. `id` is the ResponderID that the response gives,
// `embedded` are its certificates. Reason::RevocationUnknown when it was not signed by one who may
// answer at that time.
[[nodiscard]] Result<std::optional<Certificate>> find_responder(
    const SignedParts& parts, const Der& id, std::span<const Certificate> embedded,
    const OcspQuestion& question);

// "A CA may specify that an OCSP client can trust a responder for the lifetime of the responder's
// certificate ... by including the extension id-pkix-ocsp-nocheck."
bool is_beyond_check(const Certificate& delegate);

}  // namespace countersign::x509

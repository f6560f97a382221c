// SPDX-License-Identifier: Apache-2.0
// Certificate revocation lists (RFC 5280, section 5), full ones and deltas.
//
// Only DER, only direct lists. Stricter than the Notation CLI: the list's issuer name must be the
// issuer's, SHA-1 signatures are refused, thisUpdate must not lie in the future, and the issuing
// distribution point is interpreted instead of ignored.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "countersign/base/bytes.h"
#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/x509/certificate.h"
#include "countersign/x509/revocation_status.h"

namespace countersign::x509 {

struct CrlContent;

class Crl {  // immutable, cheap to copy; keeps the bytes
 public:
  // Well formed, of version 2, within limits::kCrlBytes, signed by `issuer`, who may sign lists; no
  // critical extension that is not understood, of the list or of any entry; neither indirect nor of
  // attribute certificates. Independent of time. Reason::RevocationUnknown.
  [[nodiscard]] static Result<Crl> open(ByteVector der, const Certificate& issuer);

  Time this_update() const;
  Time next_update() const;  // a list without one is not opened
  bool is_delta() const;
  const std::vector<std::string>& delta_urls() const;  // freshestCRL, in order
  std::size_t bytes() const;                           // of list and index, for bounds of caches

  const CrlContent& content() const { return *content_; }  // for x509

 private:
  explicit Crl(std::shared_ptr<const CrlContent> content) : content_(std::move(content)) {}
  std::shared_ptr<const CrlContent> content_;
};

// Is the list to be believed at `now`: thisUpdate not in the future by more than
// limits::kRevocationSkew, nextUpdate not past? Reason::RevocationUnknown.
[[nodiscard]] Result<void> check_time(const Crl&, Time now);

// May this delta be read together with this base: number, indicator, scope?
// Reason::RevocationUnknown.
[[nodiscard]] Result<void> check_delta(const Crl& base, const Crl& delta);

// What base and delta (null: none) say about a certificate of their issuer. RevocationUnknown when
// the base is a delta, is of another issuer, does not cover this kind of certificate or all
// reasons, is issued for a distribution point that the certificate does not name, when the delta is
// not one of this base, or when an entry of the certificate is malformed. fresh_until is the
// earlier nextUpdate. certificateHold and removeFromCRL: the entry with the latest revocation date
// decides.
[[nodiscard]] Result<RevocationStatus> status_in(const Crl& base, const Crl* delta,
                                                 const Certificate& certificate);

}  // namespace countersign::x509

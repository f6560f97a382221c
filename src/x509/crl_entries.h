// SPDX-License-Identifier: Apache-2.0
// The entries of a revocation list (RFC 5280, 5.1.2.6 and 5.3), found by serial number.
#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "countersign/base/bytes.h"
#include "countersign/base/clock.h"
#include "countersign/base/result.h"

#include "x509/revocation_reason.h"

namespace countersign::x509 {

struct CrlEntry {
  Time revoked{};
  RevocationReason reason = RevocationReason::Unspecified;
  std::optional<Time> invalid_since;
};

class CrlEntries {  // borrows the list's bytes
 public:
  CrlEntries() = default;  // none

  // `list` is the content of revokedCertificates, strict DER. Every entry is well formed and
  // without critical extensions: "If a CRL contains a critical CRL entry extension that the
  // application cannot process, then the application MUST NOT use that CRL to determine the status
  // of any certificates" (RFC 5280, 5.3), and none that we understand may be critical.
  [[nodiscard]] static Result<CrlEntries> read(Bytes list);

  // Those with this serial number (content of the INTEGER), in the order of the list. Error when
  // what such an entry says is malformed.
  Result<std::vector<CrlEntry>> find(Bytes serial) const;

  std::size_t size() const { return places_.size(); }
  std::size_t index_bytes() const { return places_.capacity() * sizeof(Place); }

 private:
  struct Place {
    std::uint32_t hash = 0;    // of the serial number
    std::uint32_t offset = 0;  // of the entry in the list
    auto operator<=>(const Place&) const = default;
  };

  Bytes list_;
  std::vector<Place> places_;  // in order
};

}  // namespace countersign::x509

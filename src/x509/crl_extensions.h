// SPDX-License-Identifier: Apache-2.0
// The extensions of a revocation list (RFC 5280, 5.2).
#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "countersign/base/bytes.h"
#include "countersign/base/result.h"

namespace countersign::x509 {

// "CRL verifiers MUST be able to handle CRLNumber values up to 20 octets."
class CrlNumber {
 public:
  [[nodiscard]] static std::optional<CrlNumber> read(Bytes value);  // an INTEGER, not negative

  auto operator<=>(const CrlNumber&) const = default;

 private:
  std::array<std::uint8_t, 20> digits_{};  // big-endian, so that they compare as the number does
};

struct CrlScope {  // the issuing distribution point
  Bytes encoded;   // for comparison: "the same scope" of base and delta
  // Addresses that the list was issued for; nullopt when it is not issued for a distribution point.
  std::optional<std::vector<std::string>> addresses;
  bool only_user_certificates = false;
  bool only_ca_certificates = false;
  bool only_some_reasons = false;
};

struct CrlExtensions {
  std::optional<CrlNumber> number;
  std::optional<CrlNumber> delta_base;  // of a delta only
  std::optional<CrlScope> scope;
  std::vector<std::string> delta_urls;
};

// `list` is the content of crlExtensions; its values stay where they are. Refused: critical ones
// but the delta indicator and the issuing distribution point (no other may be critical), one given
// twice, one that we read malformed, lists of other issuers' certificates and of attribute
// certificates.
[[nodiscard]] Result<CrlExtensions> read_crl_extensions(Bytes list);

}  // namespace countersign::x509

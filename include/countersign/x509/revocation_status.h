// SPDX-License-Identifier: Apache-2.0
// What is known about the revocation of one certificate. A fact: it depends on the answers of its
// sources, not on who asks.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "countersign/base/clock.h"

namespace countersign::x509 {

struct RevocationStatus {
  enum class Kind : std::uint8_t { Unknown, Revoked, Good };
  Kind kind = Kind::Unknown;
  std::string detail;  // for people: which source said it; why nothing is known
  Time fresh_until{};  // of Revoked and Good: nextUpdate, inclusive
  // Of Revoked: what was signed before it, at a time that is authentic, still holds (the invalidity
  // date of RFC 5280, 5.3.2). nullopt: nothing does.
  std::optional<Time> since;
};

}  // namespace countersign::x509

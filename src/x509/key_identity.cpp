// SPDX-License-Identifier: Apache-2.0
#include "countersign/x509/key_identity.h"

#include "x509/certificate_fields.h"

namespace countersign::x509 {
namespace {

// SEC 1, 2.3.3: 02 or 03 before a compressed point, 04 before both coordinates (06 or 07 when they
// say the sign, too). An RSA key is a SEQUENCE, which begins with 30, an Ed25519 key has no head
// and 32 octets.
Bytes first_coordinate(Bytes key) {
  constexpr std::uint8_t kCompressed = 0x02, kOddCompressed = 0x03, kUncompressed = 0x04;
  constexpr std::uint8_t kHybrid = 0x06, kOddHybrid = 0x07;
  constexpr std::size_t kEd25519 = 32;
  if (key.empty() || key.size() == kEd25519) {
    return key;
  }
  switch (key.front()) {
    case kCompressed:
    case kOddCompressed:
      return key.subspan(1);
    case kUncompressed:
    case kHybrid:
    case kOddHybrid:
      return key.subspan(1, (key.size() - 1) / 2);
    default:  // no point
      return key;
  }
}

}  // namespace

std::string key_identity(const Certificate& certificate) {
  const auto identity = first_coordinate(fields_of(certificate).public_key);
  return {identity.begin(), identity.end()};
}

}  // namespace countersign::x509

// SPDX-License-Identifier: Apache-2.0
// What an envelope is made of. In either format there are a part that is signed, a draft, and what
// is put beside it.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/bytes.h"
#include "countersign/base/clock.h"
#include "countersign/crypto/public_key.h"
#include "countersign/notation/attribute_names.h"
#include "countersign/x509/certificate.h"

namespace countersign::signing {

struct SignedPart {
  crypto::SignatureAlgorithm algorithm{};
  Time signing_time{};
  std::optional<Time> expiry;
  std::string payload;
};

struct UnsignedPart {
  ByteVector signature;
  const x509::Chain& chain;
  ByteVector timestamp;  // empty for none
  std::string agent;     // the same
};

// Signature specification, "Signed attributes": signingScheme "MUST be marked as critical", and so
// must expiry.
inline std::vector<std::string_view> critical_names(const SignedPart& part) {
  std::vector<std::string_view> names{notation::attribute::kSigningScheme};
  if (part.expiry) {
    names.push_back(notation::attribute::kExpiry);
  }
  return names;
}

}  // namespace countersign::signing

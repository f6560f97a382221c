// SPDX-License-Identifier: Apache-2.0
// What envelopes call the six signature algorithms.
#pragma once
#include <cstdint>
#include <string_view>

#include "countersign/crypto/public_key.h"

namespace countersign::notation {

// IANA "COSE Algorithms", as the signature envelope COSE specification lists them.
std::int64_t cose_number(crypto::SignatureAlgorithm);
// RFC 7518, 3.1, as the signature envelope JWS specification lists them.
std::string_view jose_name(crypto::SignatureAlgorithm);

}  // namespace countersign::notation

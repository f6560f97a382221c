// SPDX-License-Identifier: Apache-2.0
// What a key may verify, worked out once when the key is made.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include <openssl/evp.h>

#include "countersign/base/bytes.h"
#include "countersign/crypto/public_key.h"

namespace countersign::crypto {

enum class KeyKind : std::uint8_t {
  Unusable,  // of another type, or unsound
  Rsa,       // with a sound exponent
  RsaPss,    // the same, for RSASSA-PSS alone
  Ec,        // a sound point of a named curve
  Ed25519,
};

struct KeyFacts {
  KeyKind kind = KeyKind::Unusable;
  std::optional<SignatureAlgorithm> algorithm;  // of envelopes
  std::string description;
};

KeyFacts rsa_facts(int bits, Bytes exponent);  // of a key that is for all paddings
KeyFacts ec_facts(Curve curve);                // of a key whose point is sound
KeyFacts facts_of(EVP_PKEY* key);              // of any key; asks OpenSSL

bool suits(KeyKind, SignatureScheme);

}  // namespace countersign::crypto

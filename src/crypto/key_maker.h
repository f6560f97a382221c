// SPDX-License-Identifier: Apache-2.0
// Keys out of their numbers, the short way: OpenSSL 3.0 spends 100 us and more on decoding a
// SubjectPublicKeyInfo, which is what a verification costs.
#pragma once
#include "countersign/base/bytes.h"
#include "countersign/crypto/openssl_ptr.h"
#include "countersign/crypto/public_key.h"

namespace countersign::crypto {

// Null when OpenSSL refuses: no memory, or a point that is not on the curve. Numbers are big-endian
// and not negative; a point is 04 || x || y.
KeyPtr make_rsa_key(Bytes modulus, Bytes exponent);
KeyPtr make_ec_key(Curve curve, Bytes point);

}  // namespace countersign::crypto

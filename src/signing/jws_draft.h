// SPDX-License-Identifier: Apache-2.0
// A JWS envelope before it is signed (Notary Project signature envelope specification, JWS; RFC
// 7515, flattened JSON serialization).
#pragma once
#include <string>

#include "countersign/base/bytes.h"

#include "signing/draft.h"

namespace countersign::signing {

class JwsDraft {
 public:
  explicit JwsDraft(const SignedPart& part);

  ByteVector to_be_signed() const;
  ByteVector close(const UnsignedPart& part) const;  // the envelope

 private:
  std::string header_;   // the protected header, in base64url
  std::string payload_;  // the same
};

}  // namespace countersign::signing

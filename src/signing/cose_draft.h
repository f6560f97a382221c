// SPDX-License-Identifier: Apache-2.0
// A COSE envelope before it is signed (Notary Project signature envelope specification, COSE; RFC
// 9052, COSE_Sign1).
#pragma once
#include "countersign/base/bytes.h"

#include "signing/draft.h"

namespace countersign::signing {

class CoseDraft {
 public:
  explicit CoseDraft(const SignedPart& part);

  ByteVector to_be_signed() const;
  ByteVector close(const UnsignedPart& part) const;  // the envelope

 private:
  ByteVector header_;  // the protected header, inside its byte string
  ByteVector payload_;
};

}  // namespace countersign::signing

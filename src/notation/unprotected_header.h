// SPDX-License-Identifier: Apache-2.0
// The unprotected header of a COSE envelope (Notary Project signature envelope COSE specification,
// "Unprotected Headers"). Whoever stores the envelope can write here what he likes: the chain is
// worth what its signatures are, the timestamp what its token proves, the agent nothing.
#pragma once
#include <string>

#include "countersign/base/bytes.h"
#include "countersign/base/result.h"
#include "countersign/codec/cbor.h"
#include "countersign/x509/certificate.h"

namespace countersign::notation {

struct UnprotectedHeader {
  x509::Chain chain;  // not empty; nothing about it is checked yet
  ByteVector timestamp;
  std::string signing_agent;
};

// Reason::EnvelopeInvalid. The chain is the array form of x5chain (RFC 9360), also for one
// certificate; unknown labels are ignored.
[[nodiscard]] Result<UnprotectedHeader> read_unprotected_header(const codec::Cbor& header);

}  // namespace countersign::notation

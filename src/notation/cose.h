// SPDX-License-Identifier: Apache-2.0
// COSE_Sign1 (RFC 9052, 4.2) as envelopes of the Notary Project use it: its structure, and the
// signature over it. What the headers mean is read elsewhere, and from CoseContent only, so after
// the signature was verified.
//
// Stricter than RFC 9052 allows: tag 18 is required, detached payloads are refused, and everything
// is in the minimal, definite form that codec::Cbor demands.
#pragma once
#include "countersign/base/bytes.h"
#include "countersign/base/result.h"
#include "countersign/codec/cbor.h"
#include "countersign/crypto/public_key.h"

namespace countersign::notation {

class CoseContent {  // what the signature covers; views into a CoseSign1 and its bytes
 public:
  const codec::Cbor& header() const { return *header_; }  // the protected header, a map
  Bytes payload() const { return payload_; }              // not empty

 private:
  friend class CoseSign1;
  CoseContent(const codec::Cbor& header, Bytes payload) : header_(&header), payload_(payload) {}
  const codec::Cbor* header_;
  Bytes payload_;
};

class CoseSign1 {  // views into the parsed bytes, which must outlive it
 public:
  // Reason::EnvelopeInvalid.
  [[nodiscard]] static Result<CoseSign1> parse(Bytes envelope);

  const codec::Cbor& unprotected_header() const { return message_.tagged()->elements()[1]; }
  Bytes signature() const { return signature_; }

  // Is this the signature of that key over the bytes as received? The algorithm is the key's, and
  // the protected header must name it. SignatureInvalid; EnvelopeInvalid when `alg` is another;
  // CertificateProfile when the key has no algorithm.
  [[nodiscard]] Result<CoseContent> verify(const crypto::PublicKey& key) const;

 private:
  CoseSign1(codec::Cbor message, codec::Cbor header, Bytes header_bytes, Bytes payload,
            Bytes signature)
      : message_(std::move(message)),
        header_(std::move(header)),
        header_bytes_(header_bytes),
        payload_(payload),
        signature_(signature) {}
  codec::Cbor message_;
  codec::Cbor header_;
  Bytes header_bytes_;  // of the protected header, inside its byte string
  Bytes payload_;
  Bytes signature_;
};

}  // namespace countersign::notation

// SPDX-License-Identifier: Apache-2.0
// JSON Web Signatures (RFC 7515) as envelopes of the Notary Project use them: their structure, and
// the signature over them. What the headers mean is read elsewhere, and from JwsContent only, so
// after the signature was verified.
//
// The flattened JSON serialization only. Stricter than RFC 7515 and the Notation CLI: no unknown
// member beside payload, protected, header and signature; no parameter that means something only
// when it is signed in the unprotected header; no unencoded payloads (RFC 7797).
#pragma once
#include <string>
#include <utility>

#include "countersign/base/bytes.h"
#include "countersign/base/result.h"
#include "countersign/codec/json.h"
#include "countersign/crypto/public_key.h"

namespace countersign::notation {

class JwsContent {  // what the signature covers; views into a Jws
 public:
  const codec::Json& header() const { return *header_; }  // the protected header, an object
  Bytes payload() const { return payload_; }              // decoded; not empty

 private:
  friend class Jws;
  JwsContent(const codec::Json& header, Bytes payload) : header_(&header), payload_(payload) {}
  const codec::Json* header_;
  Bytes payload_;
};

class Jws {
 public:
  // Reason::EnvelopeInvalid.
  [[nodiscard]] static Result<Jws> parse(Bytes envelope);

  const codec::Json& unprotected_header() const { return unprotected_; }
  Bytes signature() const { return signature_; }

  // Is this the signature of that key over the text as received? The algorithm is the key's, and
  // the protected header must name it. SignatureInvalid; EnvelopeInvalid when `alg` is another;
  // CertificateProfile when the key has no algorithm.
  [[nodiscard]] Result<JwsContent> verify(const crypto::PublicKey& key) const;

 private:
  Jws() = default;
  codec::Json header_;
  codec::Json unprotected_;
  std::string signing_input_;  // RFC 7515, 5.1: protected + "." + payload, as they stand there
  ByteVector payload_;
  ByteVector signature_;
};

}  // namespace countersign::notation

// SPDX-License-Identifier: Apache-2.0
// Timestamps of signatures (RFC 3161; Notary Project signature specification, "Timestamp
// signature").
#pragma once
#include <memory>
#include <string>

#include "countersign/base/bytes.h"
#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/crypto/digest.h"
#include "countersign/net/http_transport.h"
#include "countersign/x509/certificate.h"

namespace countersign::signing {

class Timestamper {
 public:
  virtual ~Timestamper() = default;
  // A TimeStampToken, DER, of `signature`, that was verified: its imprint and nonce are ours, its
  // signer's chain ends at a root that was given. TimestampInvalid: the authority refuses, or its
  // answer is not that. RegistryUnavailable, RegistryResponse, DeadlineExceeded, AddressNotAllowed:
  // it could not be asked, or did not answer.
  [[nodiscard]] virtual Result<ByteVector> stamp(Bytes signature, crypto::HashAlgorithm,
                                                 Deadline) = 0;
};

// A timestamp authority at a URL, http or https (the transport decides what it may reach; a token
// is signed, so http is safe). `roots`: at least one. The transport is borrowed.
std::unique_ptr<Timestamper> timestamp_authority(std::string url, x509::Chain roots,
                                                 net::HttpTransport&);

}  // namespace countersign::signing

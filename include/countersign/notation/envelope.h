// SPDX-License-Identifier: Apache-2.0
// A signature envelope, read and with its signature checked (Notary Project signature envelope
// specifications, COSE and JWS). What this returns has been signed by the key of chain.front();
// whether anybody trusts that key is another question.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "countersign/base/bytes.h"
#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/crypto/public_key.h"
#include "countersign/oci/descriptor.h"
#include "countersign/x509/certificate.h"
#include "countersign/x509/certificate_memory.h"
#include "countersign/x509/timestamp.h"

namespace countersign::notation {

enum class SigningScheme : std::uint8_t { X509, SigningAuthority };
std::string_view name(SigningScheme);  // "notary.x509"

// An RFC 3161 token, opened when somebody asks for it: policies without tsa stores never do.
class Countersignature {
 public:
  // `signature` is what the token must be about: the raw primitive of the envelope.
  Countersignature(ByteVector token, ByteVector signature)
      : token_(std::move(token)), signature_(std::move(signature)) {}

  // Worked out once, and the same for ever: it depends on bytes alone. Thread-safe.
  const Result<x509::Timestamp>& opened() const;

 private:
  ByteVector token_;
  ByteVector signature_;
  mutable std::once_flag once_;
  mutable Result<x509::Timestamp> opened_ = fail(Reason::TimestampInvalid, "not opened");
};

struct Envelope {  // only open_envelope makes one
  SigningScheme scheme = SigningScheme::X509;
  Time signing_time{};  // claimed for X509, authentic for SigningAuthority
  std::optional<Time> expiry;
  x509::Chain chain;  // complete, leaf first; satisfies the code signing profile
  crypto::SignatureAlgorithm algorithm{};
  // Signed attributes that are not critical and not ours: shown, never judged.
  std::map<std::string, std::string> extended_attributes;
  std::shared_ptr<const Countersignature> timestamp;  // null when there is none; unauthenticated
  std::string signing_agent;                          // unauthenticated
  oci::Descriptor target;  // what was signed; its annotations are moved to user_metadata
  std::map<std::string, std::string> user_metadata;
};

// A fact: the same bytes give the same result at any time, under any policy. Shared, so that it can
// be kept.
using OpenedEnvelope = Result<std::shared_ptr<const Envelope>>;

// Every rule of structure, headers, critical attributes, times, certificates and signature. The
// reasons: EnvelopeInvalid, SignatureInvalid, CertificateProfile, and PayloadMismatch for a payload
// that names no artifact. `media_type` is that of the manifest's layer: application/cose or
// application/jose+json.
[[nodiscard]] OpenedEnvelope open_envelope(std::string_view media_type, Bytes envelope);
// The same, for who opens many: `known` remembers the certificates, which publishers use again.
[[nodiscard]] OpenedEnvelope open_envelope(std::string_view media_type, Bytes envelope,
                                           x509::CertificateMemory& known);
// A function that does the latter with a memory of its own; thread-safe.
std::function<OpenedEnvelope(std::string_view media_type, Bytes)> make_envelope_opener();

}  // namespace countersign::notation

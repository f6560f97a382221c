// SPDX-License-Identifier: Apache-2.0
// A signature envelope, read and with its signature checked (Notary Project signature envelope COSE
// specification). What this returns has been signed by the key of chain.front(); whether anybody
// trusts that key is another question.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "countersign/base/bytes.h"
#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/crypto/public_key.h"
#include "countersign/oci/descriptor.h"
#include "countersign/x509/certificate.h"

namespace countersign::notation {

enum class SigningScheme : std::uint8_t { X509, SigningAuthority };
std::string_view name(SigningScheme);  // "notary.x509"

struct Envelope {  // only open_envelope makes one
  SigningScheme scheme = SigningScheme::X509;
  Time signing_time{};  // claimed for X509, authentic for SigningAuthority
  std::optional<Time> expiry;
  x509::Chain chain;  // complete, leaf first; satisfies the code signing profile
  crypto::SignatureAlgorithm algorithm{};
  ByteVector signature;       // the raw primitive: what a timestamp covers
  ByteVector timestamp;       // DER token, unauthenticated; empty when absent
  std::string signing_agent;  // unauthenticated
  oci::Descriptor target;     // what was signed; its annotations are moved to user_metadata
  std::map<std::string, std::string> user_metadata;
};

// Every rule of structure, headers, critical attributes, times, certificates and signature. The
// reasons: EnvelopeInvalid, SignatureInvalid, CertificateProfile, and PayloadMismatch for a payload
// that names no artifact. `media_type` is that of the manifest's layer.
//
// JWS envelopes are refused for now.
[[nodiscard]] Result<Envelope> open_envelope(std::string_view media_type, Bytes envelope);

}  // namespace countersign::notation

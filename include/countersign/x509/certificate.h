// SPDX-License-Identifier: Apache-2.0
// An X.509 certificate as the Notary Project reads it: only basic constraints, key usage and
// extended key usage bear on a verdict, "all other extensions MUST be ignored" (signature
// specification, "Certificate Requirements"). Names compare by their raw DER, as Go does, never by
// OpenSSL's folding.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "countersign/base/bytes.h"
#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/crypto/public_key.h"

namespace countersign::x509 {

struct CertificateFields;  // x509/certificate_fields.h

enum class Criticality : std::uint8_t { NotCritical, Critical };

struct BasicConstraints {
  Criticality criticality = Criticality::NotCritical;
  bool ca = false;
  std::optional<std::int64_t> path_length;
};

enum class KeyUsageBit : std::uint16_t {  // bit n of RFC 5280, 4.2.1.3 is 1 << n
  DigitalSignature = 1U << 0U,
  ContentCommitment = 1U << 1U,
  KeyEncipherment = 1U << 2U,
  DataEncipherment = 1U << 3U,
  KeyAgreement = 1U << 4U,
  KeyCertSign = 1U << 5U,
  CrlSign = 1U << 6U,
  EncipherOnly = 1U << 7U,
  DecipherOnly = 1U << 8U,
};

struct KeyUsage {
  Criticality criticality = Criticality::NotCritical;
  std::uint16_t bits = 0;
  bool has(KeyUsageBit bit) const { return (bits & static_cast<std::uint16_t>(bit)) != 0; }
};

struct ExtendedKeyUsage {
  Criticality criticality = Criticality::NotCritical;
  std::vector<std::string> purposes;  // dotted object identifiers
};

enum class SignatureStrength : std::uint8_t { Weak, Strong };  // Weak: SHA-1, MD5, or not known

class Certificate {  // immutable, cheap to copy; safe to use from many threads
 public:
  // Exactly one DER certificate, no trailing bytes, names and times well formed, extensions that we
  // read well formed, no extension repeated, no key larger than the limit. Errors carry `reason`.
  [[nodiscard]] static Result<Certificate> parse_der(Bytes der, Reason reason);

  Bytes der() const;
  const std::string& thumbprint() const;  // lower-case hex SHA-256 of the DER
  Bytes subject_der() const;              // the Name, raw
  Bytes issuer_der() const;
  const std::string& subject() const;  // RFC 4514 text, for people only
  const std::string& issuer() const;
  const std::string& serial() const;  // lower-case hex, "-" in front when negative
  Time not_before() const;
  Time not_after() const;
  bool valid_at(Time time) const { return not_before() <= time && time <= not_after(); }
  const crypto::PublicKey& public_key() const;
  SignatureStrength signature_strength() const;  // of the issuer's signature on it

  const std::optional<BasicConstraints>& basic_constraints() const;
  const std::optional<KeyUsage>& key_usage() const;
  const std::optional<ExtendedKeyUsage>& extended_key_usage() const;
  const std::vector<std::string>& ocsp_urls() const;  // of the authority information access
  const std::vector<std::string>& crl_urls() const;   // of the distribution points

  // Signature and raw names; says nothing about time, usage or path length. Found once, a match is
  // remembered with this certificate and its copies: asked again, it costs no signature.
  bool issued_by(const Certificate& issuer) const;
  // By its own key, not only by equal names: two certificates may share one name.
  bool self_signed() const { return issued_by(*this); }

  bool operator==(const Certificate& other) const;  // the same DER bytes

  const CertificateFields& fields() const;  // raw, for x509

 private:
  struct Impl;
  explicit Certificate(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

using Chain = std::vector<Certificate>;  // leaf first

}  // namespace countersign::x509

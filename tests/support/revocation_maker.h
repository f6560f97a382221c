// SPDX-License-Identifier: Apache-2.0
// Revocation lists and OCSP responses for tests, right ones and wrong ones. What a specification
// says when nothing is set is right, and good until 2090.
//
//   make_crl({.entries = {revoked(leaf, 1)}}, issuer)      // keyCompromise
//   make_crl({.number = 2, .delta_base = 1}, issuer)       // a delta
//   make_ocsp({}, leaf, issuer)                            // the CA itself says: good
//   make_ocsp({.embedded = {delegate.certificate()}}, leaf, issuer, delegate)
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "countersign/base/bytes.h"
#include "countersign/base/clock.h"
#include "countersign/x509/certificate.h"

#include "support/pki.h"

namespace countersign::test {

inline constexpr Time kRevocationIssued = std::chrono::sys_days{std::chrono::year{2025} / 1 / 1};
inline constexpr Time kRevocationEnds = std::chrono::sys_days{std::chrono::year{2090} / 1 / 1};
inline constexpr Time kRevokedAt = std::chrono::sys_days{std::chrono::year{2024} / 6 / 1};
inline constexpr std::string_view kOcspSigning = "1.3.6.1.5.5.7.3.9";

// reasonCode of RFC 5280, 5.3.1.
inline constexpr int kKeyCompromise = 1;
inline constexpr int kCertificateHold = 6;
inline constexpr int kRemoveFromCrl = 8;

struct CrlEntrySpec {
  std::string serial = {};  // as Certificate::serial()
  Time revoked = kRevokedAt;
  std::optional<int> reason = {};
  std::optional<Time> invalid_since = {};  // the invalidity date
  std::vector<RawExtension> more_extensions = {};
};

struct CrlSpec {
  std::vector<CrlEntrySpec> entries = {};
  Time this_update = kRevocationIssued;
  std::optional<Time> next_update = kRevocationEnds;
  std::optional<std::int64_t> number = 1;
  std::optional<std::int64_t> delta_base = {};  // makes it a delta
  std::optional<ByteVector> scope = {};         // value of a critical issuing distribution point
  std::vector<std::string> delta_urls = {};
  std::vector<RawExtension> more_extensions = {};
  SignatureHash hash = SignatureHash::Sha256;
  std::optional<Pss> pss = {};
  std::optional<ByteVector> issuer_der = {};       // instead of the issuer's subject
  std::optional<ByteVector> inner_algorithm = {};  // instead of that of the signature
  std::optional<int> version = 2;
};

CrlEntrySpec revoked(const x509::Certificate&, std::optional<int> reason = {});
ByteVector make_crl(const CrlSpec&, const Signer& issuer);

enum class OcspStatus : std::uint8_t { Good, Revoked, Unknown };
enum class ResponderId : std::uint8_t { ByName, ByKey };

struct OcspSpec {
  OcspStatus status = OcspStatus::Good;
  Time revoked = kRevokedAt;
  std::optional<int> reason = {};
  std::optional<Time> invalid_since = {};
  Time produced = kRevocationIssued;
  Time this_update = kRevocationIssued;
  std::optional<Time> next_update = kRevocationEnds;
  SignatureHash id_hash = SignatureHash::Sha1;
  std::optional<x509::Certificate> id_name_of = {};  // whose name is hashed; not set: the issuer's
  std::optional<x509::Certificate> id_key_of = {};   // whose key is hashed; not set: the issuer's
  std::string id_serial = {};                        // not set: the certificate's
  std::vector<std::string> serials_before = {};      // good ones, in front of the one above
  std::vector<RawExtension> single_extensions = {};
  std::vector<RawExtension> response_extensions = {};
  ResponderId responder_id = ResponderId::ByName;
  std::vector<x509::Certificate> embedded = {};
  std::int64_t response_status = 0;  // others: without a body
  std::string response_type = "1.3.6.1.5.5.7.48.1.1";
  std::optional<int> version = {};  // not set: DEFAULT v1
  SignatureHash hash = SignatureHash::Sha256;
  std::optional<Pss> pss = {};
};

ByteVector make_ocsp(const OcspSpec&, const x509::Certificate& certificate, const Signer& issuer);
ByteVector make_ocsp(const OcspSpec&, const x509::Certificate& certificate, const Signer& issuer,
                     const Signer& responder);

// A certificate for a delegated responder: OCSPSigning, digitalSignature, ocsp-nocheck.
CertificateSpec responder_spec(std::string_view subject = "C=US, ST=WA, O=Acme, CN=Acme OCSP");

}  // namespace countersign::test

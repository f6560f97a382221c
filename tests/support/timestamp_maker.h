// SPDX-License-Identifier: Apache-2.0
// RFC 3161 timestamp tokens for tests, right ones and wrong ones. Every element can be replaced by
// bytes of any kind, and what is signed is always what stands in the token, so that a test fails
// for one reason.
//
//   TimestampMaker maker(tsa, message);
//   maker.info.version = der_integer(2);
//   x509::Timestamp::open(maker.write(), message);
#pragma once
#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "countersign/base/bytes.h"
#include "countersign/base/clock.h"
#include "countersign/x509/certificate.h"

#include "support/pki.h"

namespace countersign::test {

inline constexpr std::string_view kSignedDataType = "1.2.840.113549.1.7.2";
inline constexpr std::string_view kDataType = "1.2.840.113549.1.7.1";
inline constexpr std::string_view kTstInfoType = "1.2.840.113549.1.9.16.1.4";
inline constexpr std::string_view kContentType = "1.2.840.113549.1.9.3";
inline constexpr std::string_view kMessageDigest = "1.2.840.113549.1.9.4";
inline constexpr std::string_view kSigningTime = "1.2.840.113549.1.9.5";
inline constexpr std::string_view kSigningCertificateV1 = "1.2.840.113549.1.9.16.2.12";
inline constexpr std::string_view kSigningCertificateV2 = "1.2.840.113549.1.9.16.2.47";
inline constexpr std::string_view kRsaEncryption = "1.2.840.113549.1.1.1";
inline constexpr std::string_view kBaselinePolicy = "0.4.0.2023.1.1";

inline constexpr Time kStampedAt =
    std::chrono::sys_days{std::chrono::year{2026} / 5 / 28} + std::chrono::hours{12};

ByteVector hash_algorithm(SignatureHash hash);  // AlgorithmIdentifier, with NULL
ByteVector hash_of(SignatureHash hash, Bytes message);
ByteVector message_imprint(SignatureHash hash, Bytes message);
ByteVector issuer_and_serial(const x509::Certificate& certificate);
ByteVector attribute(std::string_view type, const std::vector<ByteVector>& values);
ByteVector accuracy(std::optional<std::int64_t> seconds, std::optional<std::int64_t> millis = {},
                    std::optional<std::int64_t> micros = {});

// In all of these: encoded elements; empty ones are left out.

struct TstInfoParts {
  ByteVector version, policy, imprint, serial, time, accuracy, ordering, nonce, authority,
      extensions;
  ByteVector write() const;
};
TstInfoParts tst_info(Bytes message, SignatureHash hash = SignatureHash::Sha256);

struct EssIdParts {  // ESSCertIDv2
  ByteVector algorithm, hash, issuer, serial;
  ByteVector write() const;
};
EssIdParts ess_id(const x509::Certificate& certificate);
ByteVector signing_certificate(const EssIdParts& id);  // the attribute

struct AttributeParts {
  ByteVector content_type, signing_time, signing_certificate;
  std::optional<ByteVector> message_digest;  // unless set: of the content
  std::vector<ByteVector> more;
};

class TimestampMaker {  // makes a valid token, unless told otherwise
 public:
  // With all certificates of `signer` but the root.
  TimestampMaker(Signer signer, Bytes message, SignatureHash hash = SignatureHash::Sha256);

  ByteVector write() const;
  ByteVector signer_info() const;
  ByteVector attribute_set() const;  // as it is signed
  ByteVector sign(const ByteVector& bytes) const;

  TstInfoParts info;
  AttributeParts attributes;
  ByteVector type, version, digest_algorithms, content_type, certificates, lists;
  ByteVector signer_version, signer_id, signer_digest, signature_algorithm, unsigned_attributes;
  // Replacements, when set.
  std::optional<ByteVector> content;            // what is in the OCTET STRING
  std::optional<ByteVector> wrapped_content;    // the [0] around it
  std::optional<ByteVector> signed_attributes;  // the [0]
  std::optional<ByteVector> signature;          // the OCTET STRING
  std::optional<ByteVector> signer_infos;       // the SET

  TimestampMaker& set_certificates(const std::vector<x509::Certificate>& all);
  TimestampMaker& sign_with(SignatureHash hash, std::optional<Pss> pss = {});
  TimestampMaker& stamped_at(Time time);

 private:
  ByteVector content_bytes() const;

  Signer signer_;
  SignatureHash hash_;
  std::optional<Pss> pss_;
};

}  // namespace countersign::test

// SPDX-License-Identifier: Apache-2.0
#include "x509/cms.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "countersign/base/limits.h"

#include "x509/certificate_fields.h"
#include "x509/der.h"

namespace countersign::x509 {
namespace {

constexpr std::string_view kSignedData = "1.2.840.113549.1.7.2";
constexpr std::string_view kRsaEncryption = "1.2.840.113549.1.1.1";
constexpr std::int64_t kSignedDataVersion = 3;  // of content that is not id-data (5.1)
constexpr std::int64_t kSignerVersion = 1;      // of signers named by issuer and serial (5.3)

// The content of a type that is written as SEQUENCE { type, [0] EXPLICIT content }.
Result<Bytes> content_of_type(Bytes sequence, std::string_view type, std::uint8_t tag);
Result<std::vector<Bytes>> read_certificate_set(const std::optional<Der>& set);
Result<SignerInfo> read_signer(Bytes signer_infos);
bool lists(Bytes digest_algorithms, crypto::HashAlgorithm digest);
std::optional<CertificateId> read_issuer_and_serial(Bytes sequence);
std::optional<SignatureMethod> method_of(Bytes algorithm, crypto::HashAlgorithm digest);

}  // namespace

bool names(const CertificateId& id, const Certificate& certificate) {
  return std::ranges::equal(id.serial, certificate.fields().serial) &&
         std::ranges::equal(id.issuer, certificate.issuer_der());
}

ByteVector SignerInfo::signed_bytes() const {
  ByteVector bytes(signed_attributes.begin(), signed_attributes.end());
  bytes.front() = der::kSet;
  return bytes;
}

Result<SignedData> read_signed_data(Bytes token) {
  if (token.size() > limits::kTimestampTokenBytes) {
    return fail(Reason::TimestampInvalid, "timestamp token is larger than the limit");
  }
  if (!is_der(token)) {
    return fail(Reason::TimestampInvalid, "timestamp token is not exactly one DER element");
  }
  TRY(const Bytes signed_data, content_of_type(token, kSignedData, der::kSequence));
  DerReader fields(signed_data);
  const auto version = fields.take(der::kInteger);
  const auto digests = fields.take(der::kSet);
  const auto encapsulated = fields.take(der::kSequence);
  const auto certificates = fields.take(der::constructed(0));
  fields.take(der::constructed(1));  // revocation lists: we ask for our own
  const auto signers = fields.take(der::kSet);
  if (!version || !digests || !encapsulated || !signers || !fields.empty()) {
    return fail(Reason::TimestampInvalid, "timestamp token is no SignedData");
  }
  if (integer(version->content) != kSignedDataVersion) {
    return fail(Reason::TimestampInvalid, "SignedData of the timestamp is not of version 3");
  }
  TRY(const Bytes content, content_of_type(encapsulated->whole, kTstInfoType, der::kOctetString));
  TRY(auto certificate_set, read_certificate_set(certificates));
  TRY(const auto signer, read_signer(signers->content));
  if (!lists(digests->content, signer.digest)) {
    return fail(Reason::TimestampInvalid, "timestamp does not list the digest of its signer");
  }
  return SignedData{
      .content = content, .certificates = std::move(certificate_set), .signer = signer};
}

namespace {

Result<Bytes> content_of_type(Bytes sequence, std::string_view type, std::uint8_t tag) {
  const auto body = content_of(sequence, der::kSequence);
  DerReader fields(body.value_or(Bytes{}));
  const auto named = fields.take(der::kObjectIdentifier);
  if (!named || dotted(named->content) != type) {
    return fail(Reason::TimestampInvalid,
                "timestamp has content of another type than " + std::string(type));
  }
  const auto wrapped = fields.take(der::constructed(0));
  const auto content = wrapped ? content_of(wrapped->content, tag) : std::nullopt;
  if (!content || !fields.empty()) {
    return fail(Reason::TimestampInvalid, "timestamp has no content of type " + std::string(type));
  }
  return *content;
}

// CertificateChoices (10.2.2): a certificate is the one choice without a tag of its own.
Result<std::vector<Bytes>> read_certificate_set(const std::optional<Der>& set) {
  std::vector<Bytes> certificates;
  DerReader choices(set ? set->content : Bytes{});
  while (!choices.empty()) {
    const auto certificate = choices.take(der::kSequence);
    if (!certificate) {
      return fail(Reason::TimestampInvalid, "timestamp has a certificate that is not of X.509");
    }
    if (certificates.size() == limits::kChainCertificates) {
      return fail(Reason::TimestampInvalid, "timestamp has more certificates than the limit");
    }
    certificates.push_back(certificate->whole);
  }
  return certificates;
}

// "The time-stamp token MUST NOT contain any signatures other than the signature of the TSA"
// (RFC 3161, 2.4.2).
Result<SignerInfo> read_signer(Bytes signer_infos) {
  const auto only = content_of(signer_infos, der::kSequence);
  if (!only) {
    return fail(Reason::TimestampInvalid, "timestamp does not have exactly one signer");
  }
  DerReader fields(*only);
  const auto version = fields.take(der::kInteger);
  if (!version || integer(version->content) != kSignerVersion) {
    return fail(Reason::TimestampInvalid, "signer of the timestamp is not of version 1");
  }
  const auto id = fields.take(der::kSequence);
  const auto digest_algorithm = fields.take(der::kSequence);
  const auto attributes = fields.take(der::constructed(0));
  const auto algorithm = fields.take(der::kSequence);
  const auto signature = fields.take(der::kOctetString);
  const auto more = fields.take(der::constructed(1));
  const auto certificate = id ? read_issuer_and_serial(id->content) : std::nullopt;
  if (!certificate || !digest_algorithm || !algorithm || !signature || !fields.empty()) {
    return fail(Reason::TimestampInvalid, "signer of the timestamp is malformed");
  }
  if (!attributes) {
    return fail(Reason::TimestampInvalid, "timestamp has no signed attributes");
  }
  const auto digest = hash_method(digest_algorithm->whole);
  const auto method = digest ? method_of(algorithm->whole, *digest) : std::nullopt;
  if (!method) {
    return fail(Reason::TimestampInvalid, "timestamp is signed with a weak or unknown algorithm");
  }
  return SignerInfo{.id = *certificate,
                    .digest = *digest,
                    .method = *method,
                    .signed_attributes = attributes->whole,
                    .signature = signature->content,
                    .unsigned_attributes = more ? more->content : Bytes{}};
}

// "Implementations MAY fail to validate signatures that use a digest algorithm that is not included
// in this set" (5.1).
bool lists(Bytes digest_algorithms, crypto::HashAlgorithm digest) {
  bool found = false;
  DerReader algorithms(digest_algorithms);
  while (!algorithms.empty()) {
    const auto algorithm = algorithms.take(der::kSequence);
    if (!algorithm) {
      return false;
    }
    found = found || hash_method(algorithm->whole) == digest;
  }
  return found;
}

std::optional<CertificateId> read_issuer_and_serial(Bytes sequence) {
  DerReader fields(sequence);
  const auto issuer = fields.take(der::kSequence);
  const auto serial = fields.take(der::kInteger);
  if (!issuer || !serial || !fields.empty()) {
    return std::nullopt;
  }
  return CertificateId{issuer->whole, serial->content};
}

// RFC 3370, 3.2: "rsaEncryption ... used with any message digest algorithm", with NULL as its
// parameters. All others name their hash, and then both places must agree.
std::optional<SignatureMethod> method_of(Bytes algorithm, crypto::HashAlgorithm digest) {
  DerReader fields(content_of(algorithm, der::kSequence).value_or(Bytes{}));
  const auto type = fields.take(der::kObjectIdentifier);
  if (type && dotted(type->content) == kRsaEncryption) {
    fields.take(der::kNull);
    return fields.empty() ? std::optional(SignatureMethod{SignatureScheme::RsaPkcs1, digest})
                          : std::nullopt;
  }
  const auto method = signature_method(algorithm);
  if (!method || method->scheme == SignatureScheme::Ed25519 || method->hash != digest) {
    return std::nullopt;
  }
  return method;
}

}  // namespace
}  // namespace countersign::x509

// SPDX-License-Identifier: Apache-2.0
#include "x509/signer_attributes.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>

#include "x509/der.h"

namespace countersign::x509 {
namespace {

constexpr std::string_view kContentType = "1.2.840.113549.1.9.3";
constexpr std::string_view kMessageDigest = "1.2.840.113549.1.9.4";
constexpr std::string_view kSigningTime = "1.2.840.113549.1.9.5";
constexpr std::string_view kSigningCertificateV2 = "1.2.840.113549.1.9.16.2.47";

using Attributes = std::map<std::string, Der, std::less<>>;  // the value by the type

Result<Attributes> read_signed(Bytes set);
Result<void> check_unsigned(Bytes set);
Result<Der> find(const Attributes& attributes, std::string_view type, std::uint8_t tag);
Result<SigningCertificate> read_signing_certificate(Bytes signing_certificate);
Result<std::optional<Time>> read_signing_time(const Attributes& attributes);

}  // namespace

bool SigningCertificate::is(const Certificate& certificate) const {
  return std::ranges::equal(crypto::hash(hash, certificate.der()), value) &&
         (!id || names(*id, certificate));
}

Result<SignerAttributes> read_attributes(const SignerInfo& signer) {
  const auto set = content_of(signer.signed_attributes, der::constructed(0));
  TRY(const auto attributes, read_signed(set.value_or(Bytes{})));
  TRY_VOID(check_unsigned(signer.unsigned_attributes));
  TRY(const auto content_type, find(attributes, kContentType, der::kObjectIdentifier));
  if (dotted(content_type.content) != kTstInfoType) {
    return fail(Reason::TimestampInvalid, "timestamp was signed as content of another type");
  }
  TRY(const auto digest, find(attributes, kMessageDigest, der::kOctetString));
  TRY(const auto chosen, find(attributes, kSigningCertificateV2, der::kSequence));
  TRY(const auto signing_certificate, read_signing_certificate(chosen.content));
  TRY(const auto signing_time, read_signing_time(attributes));
  return SignerAttributes{.message_digest = digest.content,
                          .signing_certificate = signing_certificate,
                          .signing_time = signing_time};
}

namespace {

struct Attribute {
  std::string type;
  Bytes values;  // of the SET
};

// Attribute ::= SEQUENCE { attrType OBJECT IDENTIFIER, attrValues SET OF AttributeValue }
Result<Attribute> take_attribute(DerReader& attributes) {
  const auto sequence = attributes.take(der::kSequence);
  DerReader fields(sequence ? sequence->content : Bytes{});
  const auto type = fields.take(der::kObjectIdentifier);
  const auto values = fields.take(der::kSet);
  auto name = type ? dotted(type->content) : std::nullopt;
  if (!name || !values || !fields.empty()) {
    return fail(Reason::TimestampInvalid, "timestamp has a malformed attribute");
  }
  return Attribute{*std::move(name), values->content};
}

// "The SignedAttributes ... MUST NOT include multiple instances of" the attributes that we read,
// which "MUST only have a single attribute value" (11.1 to 11.3). No other is seen in tokens with
// more.
Result<Attributes> read_signed(Bytes set) {
  Attributes found;
  DerReader attributes(set);
  while (!attributes.empty()) {
    TRY(auto attribute, take_attribute(attributes));
    DerReader values(attribute.values);
    const auto value = values.take();
    if (!value || !values.empty()) {
      return fail(Reason::TimestampInvalid,
                  "timestamp has not exactly one value of attribute " + attribute.type);
    }
    if (!found.emplace(attribute.type, *value).second) {
      return fail(Reason::TimestampInvalid, "timestamp has attribute " + attribute.type + " twice");
    }
  }
  return found;
}

// "MUST be a signed attribute ... MUST NOT be an unsigned attribute": who adds one wants it to be
// read.
Result<void> check_unsigned(Bytes set) {
  static constexpr std::array kSignedOnly{kContentType, kMessageDigest, kSigningTime,
                                          kSigningCertificateV2};
  DerReader attributes(set);
  while (!attributes.empty()) {
    TRY(const auto attribute, take_attribute(attributes));
    if (std::ranges::find(kSignedOnly, attribute.type) != kSignedOnly.end()) {
      return fail(Reason::TimestampInvalid,
                  "timestamp has attribute " + attribute.type + " where it is not signed");
    }
  }
  return {};
}

Result<Der> find(const Attributes& attributes, std::string_view type, std::uint8_t tag) {
  const auto found = attributes.find(type);
  if (found == attributes.end() || found->second.tag != tag) {
    return fail(Reason::TimestampInvalid,
                "timestamp has no well formed attribute " + std::string(type));
  }
  return found->second;
}

// IssuerSerial ::= SEQUENCE { issuer GeneralNames, serialNumber }: "the issuer MUST contain only
// the issuer name from the certificate encoded in the directoryName choice of GeneralNames".
std::optional<CertificateId> read_issuer_serial(Bytes sequence) {
  DerReader fields(sequence);
  const auto names = fields.take(der::kSequence);
  const auto serial = fields.take(der::kInteger);
  const auto only = names ? content_of(names->content, der::constructed(4)) : std::nullopt;
  if (!only || !serial || !fields.empty() || !content_of(*only, der::kSequence)) {
    return std::nullopt;
  }
  return CertificateId{*only, serial->content};
}

// ESSCertIDv2 ::= SEQUENCE { hashAlgorithm DEFAULT sha256, certHash, issuerSerial OPTIONAL }
Result<SigningCertificate> read_certificate_id(Bytes sequence) {
  DerReader fields(sequence);
  const auto algorithm = fields.take(der::kSequence);
  const auto value = fields.take(der::kOctetString);
  const auto issuer_serial = fields.take(der::kSequence);
  const auto hash =
      algorithm ? hash_method(algorithm->whole) : std::optional(crypto::HashAlgorithm::Sha256);
  const auto id = issuer_serial ? read_issuer_serial(issuer_serial->content) : std::nullopt;
  if (!hash) {
    return fail(Reason::TimestampInvalid, "timestamp names its signer by a weak or unknown hash");
  }
  if (!value || !fields.empty() || (issuer_serial && !id)) {
    return fail(Reason::TimestampInvalid, "timestamp names its signer in a malformed way");
  }
  return SigningCertificate{.hash = *hash, .value = value->content, .id = id};
}

// SigningCertificateV2 ::= SEQUENCE { certs SEQUENCE OF ESSCertIDv2, policies OPTIONAL }
Result<SigningCertificate> read_signing_certificate(Bytes signing_certificate) {
  DerReader fields(signing_certificate);
  const auto certificates = fields.take(der::kSequence);
  fields.take(der::kSequence);  // policies
  DerReader ids(certificates ? certificates->content : Bytes{});
  const auto first = ids.take(der::kSequence);
  if (!first || !fields.empty()) {
    return fail(Reason::TimestampInvalid, "timestamp does not name its signer's certificate");
  }
  return read_certificate_id(first->content);
}

Result<std::optional<Time>> read_signing_time(const Attributes& attributes) {
  const auto found = attributes.find(kSigningTime);
  if (found == attributes.end()) {
    return std::nullopt;
  }
  const auto time = read_time(found->second);
  if (!time) {
    return fail(Reason::TimestampInvalid, "timestamp has a malformed signing time");
  }
  return time;
}

}  // namespace
}  // namespace countersign::x509

// SPDX-License-Identifier: Apache-2.0
#include "x509/certificate_reader.h"

#include <tuple>

#include "countersign/base/limits.h"

#include "x509/der.h"
#include "x509/name_reader.h"

namespace countersign::x509 {
namespace {

constexpr const char* kMalformed = "certificate is malformed";

struct Validity {
  Time not_before;
  Time not_after;
};

Result<CertificateFields> read_signed_part(const Der& signed_part, Reason reason);
Result<std::int64_t> take_version(DerReader& fields, Reason reason);
std::optional<Bytes> read_key_octets(Bytes content);
Result<Validity> read_validity(Bytes content, Reason reason);
Result<void> check_name(Bytes name, Reason reason);
Result<Bytes> take_optional_fields(DerReader& fields, std::int64_t version, Reason reason);
bool is_algorithm(Bytes content);

}  // namespace

Result<CertificateFields> read_certificate(Bytes certificate, Reason reason) {
  if (!is_der(certificate)) {
    return fail(reason, "certificate is not exactly one DER element");
  }
  DerReader parts(content_of(certificate, der::kSequence).value_or(Bytes{}));
  const auto signed_part = parts.take(der::kSequence);
  const auto algorithm = parts.take(der::kSequence);
  const auto signature = parts.take(der::kBitString);
  if (!signed_part || !algorithm || !signature || !parts.empty()) {
    return fail(reason, kMalformed);
  }
  const auto octets = whole_octets(signature->content);
  if (!is_algorithm(algorithm->content) || !octets) {
    return fail(reason, kMalformed);
  }
  TRY(CertificateFields fields, read_signed_part(*signed_part, reason));
  // RFC 5280, 4.1.1.2: "MUST contain the same algorithm identifier as the signature field".
  if (as_text(fields.algorithm) != as_text(algorithm->whole)) {
    return fail(reason, "certificate names two signature algorithms");
  }
  fields.signature = *octets;
  return fields;
}

namespace {

Result<CertificateFields> read_signed_part(const Der& signed_part, Reason reason) {
  DerReader fields(signed_part.content);
  TRY(const std::int64_t version, take_version(fields, reason));
  const auto serial = fields.take(der::kInteger);
  const auto algorithm = fields.take(der::kSequence);
  const auto issuer = fields.take(der::kSequence);
  const auto validity = fields.take(der::kSequence);
  const auto subject = fields.take(der::kSequence);
  const auto public_key_info = fields.take(der::kSequence);
  const auto public_key =
      public_key_info ? read_key_octets(public_key_info->content) : std::nullopt;
  if (!serial || !algorithm || !issuer || !validity || !subject || !public_key) {
    return fail(reason, kMalformed);
  }
  TRY_VOID(check_name(issuer->whole, reason));
  TRY_VOID(check_name(subject->whole, reason));
  TRY(const Validity period, read_validity(validity->content, reason));
  TRY(const Bytes extensions, take_optional_fields(fields, version, reason));
  return CertificateFields{.signed_part = signed_part.whole,
                           .serial = serial->content,
                           .algorithm = algorithm->whole,
                           .issuer = issuer->whole,
                           .not_before = period.not_before,
                           .not_after = period.not_after,
                           .subject = subject->whole,
                           .public_key_info = public_key_info->whole,
                           .public_key = *public_key,
                           .extensions = extensions,
                           .signature = {}};
}

// version [0] EXPLICIT Version DEFAULT v1; v1 is 0.
Result<std::int64_t> take_version(DerReader& fields, Reason reason) {
  if (!fields.at(der::constructed(0))) {
    return 0;
  }
  const auto field = fields.take();
  const auto content = field ? content_of(field->content, der::kInteger) : std::nullopt;
  const auto version = content ? integer(*content) : std::nullopt;
  if (!version || *version < 0 || *version > 2) {
    return fail(reason, "certificate has an unknown version");
  }
  return *version;
}

// SubjectPublicKeyInfo ::= SEQUENCE { algorithm, subjectPublicKey BIT STRING }
std::optional<Bytes> read_key_octets(Bytes content) {
  DerReader fields(content);
  const auto algorithm = fields.take(der::kSequence);
  const auto key = fields.take(der::kBitString);
  return algorithm && key && fields.empty() ? whole_octets(key->content) : std::nullopt;
}

Result<Validity> read_validity(Bytes content, Reason reason) {
  DerReader times(content);
  const auto first = times.take();
  const auto last = times.take();
  const auto not_before = first ? read_time(*first) : std::nullopt;
  const auto not_after = last ? read_time(*last) : std::nullopt;
  if (!not_before || !not_after || !times.empty()) {
    return fail(reason, "certificate has a malformed validity time");
  }
  return Validity{*not_before, *not_after};
}

Result<void> check_name(Bytes name, Reason reason) {
  if (name.size() > limits::kNameBytes) {
    return fail(reason, "certificate has a name larger than the limit");
  }
  if (!read_name(name)) {
    return fail(reason, "certificate has a malformed name");
  }
  return {};
}

// issuerUniqueID and subjectUniqueID, "If present, version MUST be v2 or v3", and extensions, "If
// present, version MUST be v3".
Result<Bytes> take_optional_fields(DerReader& fields, std::int64_t version, Reason reason) {
  constexpr std::int64_t kVersion2 = 1;
  constexpr std::int64_t kVersion3 = 2;
  for (const unsigned number : {1U, 2U}) {
    const auto unique_id = fields.take(der::context(number));
    if (unique_id && (version < kVersion2 || !whole_octets(unique_id->content))) {
      return fail(reason, "certificate has a unique identifier that it may not have");
    }
  }
  const auto field = fields.take(der::constructed(3));
  const auto extensions = field ? content_of(field->content, der::kSequence) : std::nullopt;
  if (!fields.empty() || field.has_value() != extensions.has_value()) {
    return fail(reason, kMalformed);
  }
  if (extensions && version != kVersion3) {
    return fail(reason, "certificate of an old version has extensions");
  }
  return extensions.value_or(Bytes{});
}

// AlgorithmIdentifier: an object identifier and at most one element of parameters.
bool is_algorithm(Bytes content) {
  DerReader fields(content);
  const bool named = fields.take(der::kObjectIdentifier).has_value();
  std::ignore = fields.take();
  return named && fields.empty();
}

}  // namespace
}  // namespace countersign::x509

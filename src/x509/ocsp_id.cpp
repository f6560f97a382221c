// SPDX-License-Identifier: Apache-2.0
#include "x509/ocsp_id.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <openssl/evp.h>

#include "countersign/crypto/digest.h"

#include "x509/certificate_fields.h"
#include "x509/der.h"
#include "x509/der_writer.h"
#include "x509/signature_method.h"

namespace countersign::x509 {
namespace {

constexpr std::array<std::uint8_t, 5> kSha1{0x2b, 0x0e, 0x03, 0x02, 0x1a};  // 1.3.14.3.2.26

ByteVector sha1(Bytes bytes);
std::optional<ByteVector> hash_by(Bytes algorithm, Bytes bytes);

}  // namespace

ByteVector ocsp_id(const Certificate& certificate, const Certificate& issuer) {
  const ByteVector algorithm = write_der(
      der::kSequence, {write_der(der::kObjectIdentifier, kSha1), write_der(der::kNull, Bytes{})});
  return write_der(der::kSequence,
                   {algorithm, write_der(der::kOctetString, sha1(issuer.subject_der())),
                    write_der(der::kOctetString, sha1(fields_of(issuer).public_key)),
                    write_der(der::kInteger, fields_of(certificate).serial)});
}

// A hash that we don't know names nobody.
OcspIdMatch match_ocsp_id(Bytes id, const Certificate& certificate, const Certificate& issuer) {
  DerReader fields(id);
  const auto algorithm = fields.take(der::kSequence);
  const auto name_hash = fields.take(der::kOctetString);
  const auto key_hash = fields.take(der::kOctetString);
  const auto serial = fields.take(der::kInteger);
  if (!algorithm || !name_hash || !key_hash || !serial || !fields.empty()) {
    return OcspIdMatch::Malformed;
  }
  if (!std::ranges::equal(serial->content, fields_of(certificate).serial)) {
    return OcspIdMatch::Other;
  }
  const auto own_name = hash_by(algorithm->whole, issuer.subject_der());
  const auto own_key = hash_by(algorithm->whole, fields_of(issuer).public_key);
  const bool same = own_name && std::ranges::equal(*own_name, name_hash->content) && own_key &&
                    std::ranges::equal(*own_key, key_hash->content);
  return same ? OcspIdMatch::Same : OcspIdMatch::Other;
}

bool is_key_hash(Bytes hash, const Certificate& owner) {
  return std::ranges::equal(hash, sha1(fields_of(owner).public_key));
}

namespace {

ByteVector sha1(Bytes bytes) {
  ByteVector value(20);
  if (EVP_Digest(bytes.data(), bytes.size(), value.data(), nullptr, EVP_sha1(), nullptr) != 1) {
    std::abort();  // no memory
  }
  return value;
}

std::optional<ByteVector> hash_by(Bytes algorithm, Bytes bytes) {
  DerReader fields(content_of(algorithm, der::kSequence).value_or(Bytes{}));
  const auto type = fields.take(der::kObjectIdentifier);
  fields.take(der::kNull);
  if (type && std::ranges::equal(type->content, kSha1) && fields.empty()) {
    return sha1(bytes);
  }
  const auto method = hash_method(algorithm);
  return method ? std::optional(crypto::hash(*method, bytes)) : std::nullopt;
}

}  // namespace
}  // namespace countersign::x509

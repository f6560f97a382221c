// SPDX-License-Identifier: Apache-2.0
#include "x509/signature_method.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "x509/der.h"
#include "x509/der_writer.h"

namespace countersign::x509 {
namespace {

using namespace std::string_view_literals;

enum class Parameters : std::uint8_t { Absent, NullOrAbsent, Pss };

struct MethodRow {
  std::string_view type;  // content of the object identifier
  Parameters parameters;
  SignatureMethod method;
};

using HashRow = std::pair<std::string_view, crypto::HashAlgorithm>;
constexpr std::array<HashRow, 3> kHashes{{
    {"\x60\x86\x48\x01\x65\x03\x04\x02\x01"sv,
     crypto::HashAlgorithm::Sha256},  // 2.16.840.1.101.3.4.2
    {"\x60\x86\x48\x01\x65\x03\x04\x02\x02"sv, crypto::HashAlgorithm::Sha384},
    {"\x60\x86\x48\x01\x65\x03\x04\x02\x03"sv, crypto::HashAlgorithm::Sha512},
}};

struct Identifier {
  std::string_view type;
  std::optional<Der> parameters;
};

std::optional<Identifier> read_identifier(Bytes algorithm);
bool are_null_or_absent(const std::optional<Der>& parameters);
std::optional<SignatureMethod> pss_method(const std::optional<Der>& parameters);
const MethodRow* row(std::string_view type);

}  // namespace

std::optional<SignatureMethod> signature_method(Bytes algorithm) {
  const auto identifier = read_identifier(algorithm);
  const MethodRow* const found = identifier ? row(identifier->type) : nullptr;
  if (found == nullptr) {
    return std::nullopt;
  }
  switch (found->parameters) {
    case Parameters::Absent:
      return identifier->parameters ? std::nullopt : std::optional(found->method);
    case Parameters::NullOrAbsent:
      return are_null_or_absent(identifier->parameters) ? std::optional(found->method)
                                                        : std::nullopt;
    case Parameters::Pss:
      return pss_method(identifier->parameters);
  }
  return std::nullopt;
}

std::optional<crypto::HashAlgorithm> hash_method(Bytes algorithm) {
  const auto identifier = read_identifier(algorithm);
  if (!identifier || !are_null_or_absent(identifier->parameters)) {
    return std::nullopt;
  }
  for (const auto& [type, hash] : kHashes) {
    if (identifier->type == type) {
      return hash;
    }
  }
  return std::nullopt;
}

ByteVector hash_identifier(crypto::HashAlgorithm hash) {
  const auto row = std::ranges::find(kHashes, hash, &HashRow::second);
  return write_der(der::kSequence, {write_der(der::kObjectIdentifier, as_bytes(row->first)),
                                    write_der(der::kNull, Bytes{})});
}

bool verifies(const crypto::PublicKey& key, const SignatureMethod& method, Bytes message,
              Bytes signature) {
  return key.verifies(method.scheme, method.hash, message, signature);
}

namespace {

// SHA-1 and MD5 are not here, and neither is DSA nor SHA-3: what is not in the table is refused.
const MethodRow* row(std::string_view type) {
  using enum SignatureScheme;
  using enum crypto::HashAlgorithm;
  using enum Parameters;
  static constexpr std::array<MethodRow, 8> kRows{{
      {"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b"sv, NullOrAbsent, {RsaPkcs1, Sha256}},
      {"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c"sv, NullOrAbsent, {RsaPkcs1, Sha384}},
      {"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d"sv, NullOrAbsent, {RsaPkcs1, Sha512}},
      {"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a"sv, Pss, {RsaPss, Sha256}},  // the hash is in there
      {"\x2a\x86\x48\xce\x3d\x04\x03\x02"sv, Absent, {Ecdsa, Sha256}},
      {"\x2a\x86\x48\xce\x3d\x04\x03\x03"sv, Absent, {Ecdsa, Sha384}},
      {"\x2a\x86\x48\xce\x3d\x04\x03\x04"sv, Absent, {Ecdsa, Sha512}},
      {"\x2b\x65\x70"sv, Absent, {Ed25519, Sha512}},
  }};
  for (const MethodRow& candidate : kRows) {
    if (candidate.type == type) {
      return &candidate;
    }
  }
  return nullptr;
}

std::optional<Identifier> read_identifier(Bytes algorithm) {
  const auto content = is_der(algorithm) ? content_of(algorithm, der::kSequence) : std::nullopt;
  if (!content) {
    return std::nullopt;
  }
  DerReader fields(*content);
  const auto type = fields.take(der::kObjectIdentifier);
  if (!type) {
    return std::nullopt;
  }
  Identifier identifier{as_text(type->content), fields.take()};
  return fields.empty() ? std::optional(identifier) : std::nullopt;
}

// RFC 4055, 2.1: "All implementations MUST accept both NULL and absent parameters as legal and
// equivalent encodings."
bool are_null_or_absent(const std::optional<Der>& parameters) {
  return !parameters || parameters->tag == der::kNull;
}

// RFC 4055, 3.1. All defaults are SHA-1's: hash, MGF1 and salt length must be written out.
std::optional<SignatureMethod> pss_method(const std::optional<Der>& parameters) {
  constexpr std::string_view kMgf1 = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08"sv;
  if (!parameters || parameters->tag != der::kSequence) {
    return std::nullopt;
  }
  DerReader fields(parameters->content);
  const auto hash_field = fields.take(der::constructed(0));
  const auto mask_field = fields.take(der::constructed(1));
  const auto salt_field = fields.take(der::constructed(2));
  const auto trailer_field = fields.take(der::constructed(3));
  if (!hash_field || !mask_field || !salt_field || !fields.empty()) {
    return std::nullopt;
  }
  const auto hash = hash_method(hash_field->content);
  const auto mask = read_identifier(mask_field->content);
  const auto salt = content_of(salt_field->content, der::kInteger);
  const auto trailer =
      trailer_field ? content_of(trailer_field->content, der::kInteger) : std::nullopt;
  const bool mask_is_sound = hash && mask && mask->type == kMgf1 && mask->parameters &&
                             hash_method(mask->parameters->whole) == hash;
  const bool salt_is_sound = mask_is_sound && salt &&
                             integer(*salt) == static_cast<std::int64_t>(crypto::hash_size(*hash));
  const bool trailer_is_sound = !trailer_field || (trailer && integer(*trailer) == 1);
  if (!salt_is_sound || !trailer_is_sound) {
    return std::nullopt;
  }
  return SignatureMethod{SignatureScheme::RsaPss, *hash};
}

}  // namespace
}  // namespace countersign::x509

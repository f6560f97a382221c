// SPDX-License-Identifier: Apache-2.0
#include "x509/public_key_info.h"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "x509/der.h"

namespace countersign::x509 {
namespace {

using namespace std::string_view_literals;

struct KeyInfo {
  Bytes algorithm;  // content of the AlgorithmIdentifier
  Bytes key;        // octets of the bit string
};

struct RsaNumbers {  // without sign
  Bytes modulus;
  Bytes exponent;
};

std::optional<KeyInfo> read_info(Bytes info);
bool is_rsa(Bytes algorithm);
std::optional<RsaNumbers> read_rsa(const KeyInfo& info);
std::optional<crypto::Curve> named_curve(const KeyInfo& info);

}  // namespace

Result<crypto::PublicKey> read_public_key(Bytes info, Reason reason) {
  const auto parts = read_info(info);
  if (!parts) {
    return fail(reason, "public key is malformed");
  }
  if (is_rsa(parts->algorithm)) {
    const auto numbers = read_rsa(*parts);
    return numbers ? crypto::PublicKey::rsa(numbers->modulus, numbers->exponent, reason)
                   : fail(reason, "RSA public key is malformed");
  }
  if (const auto curve = named_curve(*parts)) {
    return crypto::PublicKey::ec(*curve, parts->key, reason);
  }
  return crypto::PublicKey::parse_der(info, reason);
}

namespace {

std::optional<KeyInfo> read_info(Bytes info) {
  const auto content = is_der(info) ? content_of(info, der::kSequence) : std::nullopt;
  if (!content) {
    return std::nullopt;
  }
  DerReader fields(*content);
  const auto algorithm = fields.take(der::kSequence);
  const auto key = fields.take(der::kBitString);
  const auto octets = key ? whole_octets(key->content) : std::nullopt;
  if (!algorithm || !octets || !fields.empty()) {
    return std::nullopt;
  }
  return KeyInfo{algorithm->content, *octets};
}

bool is_rsa(Bytes algorithm) {
  constexpr std::string_view kRsaEncryption = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"sv;
  DerReader fields(algorithm);
  const auto type = fields.take(der::kObjectIdentifier);
  return type && as_text(type->content) == kRsaEncryption;
}

// Without the zero in front of a high bit; nullopt for what is below 1.
std::optional<Bytes> positive(const std::optional<Der>& number) {
  if (!number || number->content.empty() || (number->content.front() & 0x80U) != 0) {
    return std::nullopt;
  }
  const Bytes content = number->content;
  const Bytes digits = content.front() == 0 ? content.subspan(1) : content;
  return digits.empty() ? std::nullopt : std::optional(digits);
}

// RFC 3279, 2.3.1: "The parameters field MUST have ASN.1 type NULL".
std::optional<RsaNumbers> read_rsa(const KeyInfo& info) {
  DerReader algorithm(info.algorithm);
  const bool null = algorithm.take(der::kObjectIdentifier) && algorithm.take(der::kNull);
  const auto content = is_der(info.key) ? content_of(info.key, der::kSequence) : std::nullopt;
  if (!null || !algorithm.empty() || !content) {
    return std::nullopt;
  }
  DerReader numbers(*content);
  const auto modulus = positive(numbers.take(der::kInteger));
  const auto exponent = positive(numbers.take(der::kInteger));
  if (!modulus || !exponent || !numbers.empty()) {
    return std::nullopt;
  }
  return RsaNumbers{*modulus, *exponent};
}

// id-ecPublicKey with a namedCurve, and a point that is not compressed. Parameters written out
// (CVE-2020-0601) do not look like this.
std::optional<crypto::Curve> named_curve(const KeyInfo& info) {
  struct Row {
    crypto::Curve curve;
    std::string_view algorithm;
    std::size_t point;  // bytes
  };
  static constexpr std::array<Row, 3> kRows{{
      {crypto::Curve::P256,
       "\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"sv, 65},
      {crypto::Curve::P384, "\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22"sv,
       97},
      {crypto::Curve::P521, "\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x23"sv,
       133},
  }};
  for (const Row& row : kRows) {
    if (as_text(info.algorithm) == row.algorithm && info.key.size() == row.point &&
        info.key.front() == 0x04) {
      return row.curve;
    }
  }
  return std::nullopt;
}

}  // namespace
}  // namespace countersign::x509

// SPDX-License-Identifier: Apache-2.0
#include "countersign/azure/vault_key.h"

#include <array>
#include <cstddef>
#include <optional>
#include <string>

#include "countersign/base/limits.h"
#include "countersign/codec/base64.h"
#include "countersign/codec/json.h"

namespace countersign::azure {
namespace {

using codec::Json;

Result<crypto::PublicKey> read_rsa(const Json& jwk);
Result<crypto::PublicKey> read_ec(const Json& jwk);

std::unexpected<Error> unusable(std::string_view why) {
  return fail(Reason::BadConfig, "a key of the vault can't be used: " + std::string(why));
}

}  // namespace

Result<VaultKey> parse_vault_key(std::string_view json) {
  TRY(const auto document,
      Json::parse(json, {.bytes = limits::kVaultAnswerBytes}, Reason::BadConfig));
  const auto* jwk = document.find("key");
  const auto* id = jwk != nullptr ? jwk->find_string("kid") : nullptr;
  const auto* type = jwk != nullptr ? jwk->find_string("kty") : nullptr;
  if (id == nullptr || type == nullptr) {
    return unusable("it has no type or no identifier");
  }
  // "-HSM": the private half is in hardware.
  const bool rsa = *type == "RSA" || *type == "RSA-HSM";
  if (!rsa && *type != "EC" && *type != "EC-HSM") {
    return unusable("it is neither RSA nor EC");
  }
  TRY(auto key, rsa ? read_rsa(*jwk) : read_ec(*jwk));
  if (!key.algorithm()) {
    return unusable("the Notary Project has no algorithm for " + std::string(key.description()));
  }
  return VaultKey{*id, std::move(key)};
}

namespace {

// Base64url, as JWK has all numbers (RFC 7518, section 6).
Result<ByteVector> read_number(const Json& jwk, std::string_view name) {
  const auto* text = jwk.find_string(name);
  if (text == nullptr) {
    return unusable("a number is missing");
  }
  return codec::decode_base64url(*text, Reason::BadConfig);
}

// RFC 7518, sections 2 and 6.3.1.1: "the octet sequence MUST utilize the minimum number of octets".
bool is_minimal(const ByteVector& number) { return !number.empty() && number.front() != 0; }

Result<crypto::PublicKey> read_rsa(const Json& jwk) {
  TRY(const auto modulus, read_number(jwk, "n"));
  TRY(const auto exponent, read_number(jwk, "e"));
  if (!is_minimal(modulus) || !is_minimal(exponent) ||
      modulus.size() * 8 > static_cast<std::size_t>(limits::kPublicKeyBits) ||
      exponent.size() > modulus.size()) {
    return unusable("its numbers have no proper length");
  }
  return crypto::PublicKey::rsa(modulus, exponent, Reason::BadConfig);
}

struct CurveRow {
  std::string_view name;
  crypto::Curve curve;
  std::size_t coordinate;  // bytes
};

const CurveRow* curve_of(const Json& jwk) {
  static constexpr std::array<CurveRow, 3> kRows{{{"P-256", crypto::Curve::P256, 32},
                                                  {"P-384", crypto::Curve::P384, 48},
                                                  {"P-521", crypto::Curve::P521, 66}}};
  const auto* name = jwk.find_string("crv");
  for (const auto& row : kRows) {
    if (name != nullptr && row.name == *name) {
      return &row;
    }
  }
  return nullptr;
}

// RFC 7518, section 6.2.1.2: "The length of this octet string MUST be the full size of a
// coordinate for the curve".
Result<crypto::PublicKey> read_ec(const Json& jwk) {
  const auto* row = curve_of(jwk);
  if (row == nullptr) {
    return unusable("it is on another curve than P-256, P-384 and P-521");
  }
  TRY(const auto x, read_number(jwk, "x"));
  TRY(const auto y, read_number(jwk, "y"));
  if (x.size() != row->coordinate || y.size() != row->coordinate) {
    return unusable("its coordinates do not have the length of its curve");
  }
  ByteVector point{0x04};
  point.insert(point.end(), x.begin(), x.end());
  point.insert(point.end(), y.begin(), y.end());
  return crypto::PublicKey::ec(row->curve, point, Reason::BadConfig);
}

}  // namespace
}  // namespace countersign::azure

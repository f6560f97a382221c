// SPDX-License-Identifier: Apache-2.0
#include "x509/signed_parts.h"

#include "x509/signature_method.h"

namespace countersign::x509 {

std::optional<SignedParts> take_signed_parts(DerReader& fields) {
  const auto to_be_signed = fields.take(der::kSequence);
  const auto algorithm = fields.take(der::kSequence);
  const auto bits = fields.take(der::kBitString);
  const auto signature = bits ? whole_octets(bits->content) : std::nullopt;
  if (!to_be_signed || !algorithm || !signature) {
    return std::nullopt;
  }
  return SignedParts{*to_be_signed, algorithm->whole, *signature};
}

bool signed_by(const SignedParts& parts, const crypto::PublicKey& key) {
  const auto method = signature_method(parts.algorithm);
  return method && verifies(key, *method, parts.to_be_signed.whole, parts.signature);
}

}  // namespace countersign::x509

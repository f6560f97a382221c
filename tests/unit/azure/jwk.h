// SPDX-License-Identifier: Apache-2.0
// Keys as Key Vault writes them.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "support/key.h"
#include "support/pki.h"
#include "unit/azure/vault_answers.h"
#include "x509/der.h"

namespace countersign::azure::answers {

using Members = std::map<std::string, std::string>;

inline std::string number(Bytes bytes) {
  while (!bytes.empty() && bytes.front() == 0) {
    bytes = bytes.subspan(1);
  }
  return codec::encode_base64url(bytes);
}

// From the key's SubjectPublicKeyInfo: two INTEGERs, or a point.
inline Members jwk_of(const test::Key& key) {
  const auto der = key.public_der();
  x509::DerReader info(x509::content_of(der, x509::der::kSequence).value());
  info.take(x509::der::kSequence);
  const auto bits = x509::whole_octets(info.take(x509::der::kBitString)->content).value();
  if (const auto numbers = x509::content_of(bits, x509::der::kSequence)) {
    x509::DerReader fields(*numbers);
    const auto modulus = fields.take(x509::der::kInteger)->content;
    const auto exponent = fields.take(x509::der::kInteger)->content;
    return {{"kty", "RSA"}, {"n", number(modulus)}, {"e", number(exponent)}};
  }
  const auto size = (bits.size() - 1) / 2;
  const char* const curve = size == 32 ? "P-256" : size == 48 ? "P-384" : "P-521";
  return {{"kty", "EC"},
          {"crv", curve},
          {"x", codec::encode_base64url(bits.subspan(1, size))},
          {"y", codec::encode_base64url(bits.subspan(1 + size))}};
}

inline std::string key_answer(std::string_view name, std::string_view version_id,
                              const Members& members, const Facts& facts = {}) {
  codec::JsonWriter json;
  json.begin_object().key("key").begin_object();
  json.member("kid", id("keys", name, version_id));
  json.key("key_ops").begin_array().string("sign").string("verify").end_array();
  for (const auto& [member, value] : members) {
    json.member(member, value);
  }
  json.end_object();
  write(json, facts);
  json.end_object();
  return json.take();
}

inline std::string signature_answer(std::string_view name, std::string_view version_id,
                                    Bytes signature) {
  codec::JsonWriter json;
  json.begin_object()
      .member("kid", id("keys", name, version_id))
      .member("value", codec::encode_base64url(signature))
      .end_object();
  return json.take();
}

}  // namespace countersign::azure::answers

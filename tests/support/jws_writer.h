// SPDX-License-Identifier: Apache-2.0
// Writes JWS envelopes, right ones and wrong ones. Every member can be replaced by any JSON, and
// what is signed is always what stands in the envelope, so that a test fails for one reason.
//
//   JwsWriter writer(make_leaf(key(KeyType::P256)), payload_of(image));
//   writer.set_signed("io.cncf.notary.expiry", json_text("2027-01-01T00:00:00Z"));
//   open_envelope("application/jose+json", writer.write());
#pragma once
#include <cstdlib>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "countersign/base/bytes.h"
#include "countersign/codec/base64.h"
#include "countersign/codec/json.h"
#include "countersign/codec/rfc3339.h"
#include "countersign/crypto/public_key.h"
#include "countersign/x509/certificate.h"

#include "support/pki.h"

namespace countersign::test {

using JsonMember = std::pair<std::string, std::string>;  // a name, and a value written as JSON

inline std::string json_text(std::string_view text) {
  return codec::JsonWriter().string(text).take();
}
inline std::string json_texts(std::initializer_list<std::string_view> texts) {
  std::string out;
  for (const auto text : texts) {
    out += (out.empty() ? "" : ",") + json_text(text);
  }
  return "[" + out + "]";
}
inline std::string json_object(const std::vector<JsonMember>& members) {
  std::string out;
  for (const auto& [name, value] : members) {
    out += (out.empty() ? "" : ",") + json_text(name) + ":" + value;
  }
  return "{" + out + "}";
}
inline std::string json_time(std::int64_t seconds) {
  return json_text(codec::format_rfc3339(Time(std::chrono::seconds(seconds))));
}

inline std::string x5c(const x509::Chain& chain) {
  std::string out;
  for (const auto& certificate : chain) {
    out += (out.empty() ? "" : ",") + json_text(codec::encode_base64(certificate.der()));
  }
  return "[" + out + "]";
}

inline std::string_view jose_algorithm(crypto::SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case crypto::SignatureAlgorithm::RsaPssSha256:
      return "PS256";
    case crypto::SignatureAlgorithm::RsaPssSha384:
      return "PS384";
    case crypto::SignatureAlgorithm::RsaPssSha512:
      return "PS512";
    case crypto::SignatureAlgorithm::EcdsaSha256:
      return "ES256";
    case crypto::SignatureAlgorithm::EcdsaSha384:
      return "ES384";
    case crypto::SignatureAlgorithm::EcdsaSha512:
      return "ES512";
  }
  std::abort();
}

class JwsWriter {  // writes a valid envelope, unless told otherwise
 public:
  static constexpr std::int64_t kSigningTime = 1'780'000'000;  // 2026-05-28

  JwsWriter(Signer signer, std::string payload)
      : signer_(std::move(signer)), payload_(std::move(payload)) {
    if (const auto algorithm = signer_.key().public_key().algorithm()) {
      set_signed("alg", json_text(jose_algorithm(*algorithm)));
    }
    set_signed("crit", json_texts({"io.cncf.notary.signingScheme"}));
    set_signed("cty", json_text("application/vnd.cncf.notary.payload.v1+json"));
    set_signed("io.cncf.notary.signingScheme", json_text("notary.x509"));
    set_signed("io.cncf.notary.signingTime", json_time(kSigningTime));
    set_unsigned("x5c", x5c(signer_.chain()));
  }

  JwsWriter& set_signed(std::string_view name, std::string_view value) {
    return set(signed_, name, value);
  }
  JwsWriter& drop_signed(std::string_view name) { return drop(signed_, name); }
  JwsWriter& set_unsigned(std::string_view name, std::string_view value) {
    return set(unsigned_, name, value);
  }
  JwsWriter& drop_unsigned(std::string_view name) { return drop(unsigned_, name); }
  JwsWriter& scheme_signing_authority() {
    set_signed("crit",
               json_texts({"io.cncf.notary.signingScheme", "io.cncf.notary.authenticSigningTime"}));
    set_signed("io.cncf.notary.signingScheme", json_text("notary.x509.signingAuthority"));
    set_signed("io.cncf.notary.authenticSigningTime", json_time(kSigningTime));
    return drop_signed("io.cncf.notary.signingTime");
  }
  JwsWriter& expires(std::int64_t seconds) {
    set_signed("crit", json_texts({"io.cncf.notary.signingScheme", "io.cncf.notary.expiry"}));
    return set_signed("io.cncf.notary.expiry", json_time(seconds));
  }

  // What the member `protected` encodes.
  std::string signed_header() const { return header_content.value_or(json_object(signed_)); }
  std::string protected_member() const {
    return protected_text.value_or(codec::encode_base64url(as_bytes(signed_header())));
  }
  std::string payload_member() const {
    return payload_text.value_or(codec::encode_base64url(as_bytes(payload_)));
  }
  std::string to_be_signed() const { return protected_member() + "." + payload_member(); }
  ByteVector sign() const { return signer_.sign(as_bytes(to_be_signed())); }
  std::string signature_member() const {
    return signature_text.value_or(codec::encode_base64url(signature ? *signature : sign()));
  }

  std::vector<JsonMember> members() const {
    return {{"payload", json_text(payload_member())},
            {"protected", json_text(protected_member())},
            {"header", unsigned_json.value_or(json_object(unsigned_))},
            {"signature", json_text(signature_member())}};
  }
  ByteVector write() const { return bytes(json_object(members())); }

  static ByteVector bytes(std::string_view text) {
    const auto borrowed = as_bytes(text);
    return {borrowed.begin(), borrowed.end()};
  }

  // Replacements, when set: what a member's text encodes, a member's text, a member's JSON.
  std::optional<std::string> header_content;
  std::optional<ByteVector> signature;
  std::optional<std::string> protected_text, payload_text, signature_text;
  std::optional<std::string> unsigned_json;

 private:
  JwsWriter& set(std::vector<JsonMember>& object, std::string_view name, std::string_view value) {
    for (auto& member : object) {
      if (member.first == name) {
        member.second = value;
        return *this;
      }
    }
    object.emplace_back(name, value);
    return *this;
  }
  JwsWriter& drop(std::vector<JsonMember>& object, std::string_view name) {
    std::erase_if(object, [&](const JsonMember& member) { return member.first == name; });
    return *this;
  }

  Signer signer_;
  std::string payload_;
  std::vector<JsonMember> signed_;
  std::vector<JsonMember> unsigned_;
};

}  // namespace countersign::test

// SPDX-License-Identifier: Apache-2.0
// A vault's answers, as Key Vault writes them, and whoever gives tokens for it.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/codec/base64.h"
#include "countersign/codec/json.h"
#include "countersign/codec/rfc3339.h"
#include "countersign/x509/thumbprint.h"

#include "azure/token_giver.h"
#include "azure/vault_client.h"
#include "support/scripted_transport.h"

namespace countersign::azure::answers {

inline const std::string kOrigin = "https://kv.vault.azure.net";
inline constexpr std::string_view kAudience = "https://vault.azure.net";

inline Vault vault(const std::string& origin = kOrigin) {
  return {.name = "kv", .host = "kv.vault.azure.net", .origin = origin};
}

// Of 32 digits: version(0xab) is "ab000000...".
inline std::string version(unsigned number) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  return std::string{kHex[number >> 4U & 15U], kHex[number & 15U]} + std::string(30, '0');
}

inline std::string url(std::string_view path) {
  return kOrigin + std::string(path) + "?api-version=7.4";
}
inline std::string list_url(std::string_view path) { return url(path) + "&maxresults=25"; }

struct Facts {  // attributes of an object
  std::optional<bool> enabled = true;
  std::optional<std::int64_t> not_before = {};
  std::optional<std::int64_t> expires = {};
  std::optional<std::int64_t> created = 1'700'000'000;
};

inline std::int64_t seconds_of(std::string_view rfc3339) {
  return codec::parse_rfc3339(rfc3339, Reason::Internal).value().time_since_epoch().count();
}

inline void write(codec::JsonWriter& json, const Facts& facts) {
  json.key("attributes").begin_object();
  if (facts.enabled) {
    json.member("enabled", *facts.enabled);
  }
  for (const auto& [name, value] :
       {std::pair("nbf", facts.not_before), {"exp", facts.expires}, {"created", facts.created}}) {
    if (value) {
      json.member(name, *value);
    }
  }
  json.member("recoveryLevel", "Recoverable+Purgeable").member("recoverableDays", 90).end_object();
}

inline std::string id(std::string_view collection, std::string_view name,
                      std::string_view version_id) {
  return kOrigin + "/" + std::string(collection) + "/" + std::string(name) +
         (version_id.empty() ? "" : "/" + std::string(version_id));
}

inline constexpr const char* kPemType = "application/x-pem-file";
inline constexpr const char* kPkcs12Type = "application/x-pkcs12";

inline std::string secret(std::string_view name, std::string_view version_id,
                          std::string_view value, const char* type = kPemType,
                          const Facts& facts = {}) {
  codec::JsonWriter json;
  json.begin_object().member("value", value);
  if (type != nullptr) {
    json.member("contentType", type);
  }
  json.member("id", id("secrets", name, version_id))
      .member("kid", id("keys", name, version_id))
      .member("managed", true);
  write(json, facts);
  json.key("tags").begin_object().end_object().end_object();
  return json.take();
}

inline std::string certificate(std::string_view name, std::string_view version_id,
                               const x509::Certificate& certificate, const Facts& facts = {}) {
  codec::JsonWriter json;
  json.begin_object()
      .member("id", id("certificates", name, version_id))
      .member("kid", id("keys", name, version_id))
      .member("x5t", codec::encode_base64url(x509::sha1_thumbprint(certificate)))
      .member("cer", codec::encode_base64(certificate.der()));
  write(json, facts);
  json.key("policy").begin_object().member("id", "x").end_object().end_object();
  return json.take();
}

struct Entry {  // of a list
  std::string name;
  std::string version_id = {};
  Facts facts = {};
  std::map<std::string, std::string> tags = {};
};

// `next` nullptr: null, as on a last page.
inline std::string page(std::string_view collection, const std::vector<Entry>& entries,
                        const char* next = nullptr) {
  codec::JsonWriter json;
  json.begin_object().key("value").begin_array();
  for (const auto& entry : entries) {
    json.begin_object().member("id", id(collection, entry.name, entry.version_id));
    write(json, entry.facts);
    json.key("tags").begin_object();
    for (const auto& [name, value] : entry.tags) {
      json.member(name, value);
    }
    json.end_object().end_object();
  }
  json.end_array().key("nextLink");
  next != nullptr ? json.string(next) : json.null();
  json.end_object();
  return json.take();
}

inline std::string error_body(std::string_view code, std::string_view inner = "",
                              std::string_view message = "words of the vault") {
  codec::JsonWriter json;
  json.begin_object().key("error").begin_object();
  json.member("code", code).member("message", message);
  if (!inner.empty()) {
    json.key("innererror").begin_object().member("code", inner).end_object();
  }
  json.end_object().end_object();
  return json.take();
}

inline net::Response good(std::string body) {
  return test::answer(200, {{"content-type", "application/json; charset=utf-8"}}, std::move(body));
}

inline net::Response refusal(int status, std::string_view code, std::string_view inner = "") {
  return test::answer(status, {}, error_body(code, inner));
}

inline net::Response unauthorized(std::string challenge = "", std::string_view message = "words") {
  return test::answer(401,
                      challenge.empty() ? std::vector<net::Header>{}
                                        : std::vector<net::Header>{{"www-authenticate", challenge}},
                      error_body("Unauthorized", "", message));
}

struct Tokens {  // gives "token 1", and another one for each that is refused
  std::vector<std::string> refused = {};
  std::size_t asked = 0;
  std::optional<Error> failure = {};

  TokenGiver giver() {
    return [this](const Secret& bad, Deadline) -> Result<Secret> {
      ++asked;
      if (failure) {
        return std::unexpected(*failure);
      }
      if (!bad.empty()) {
        refused.push_back(bad.reveal());
      }
      return Secret("token-" + std::to_string(refused.size() + 1));
    };
  }
};

inline VaultAccess access(const std::string& origin = kOrigin) {
  return {vault(origin), std::string(kAudience), "7.4"};
}

}  // namespace countersign::azure::answers

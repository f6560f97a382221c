// SPDX-License-Identifier: Apache-2.0
#include "azure/remote_key.h"

#include <string>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/base/secret.h"
#include "countersign/codec/base64.h"
#include "countersign/codec/json.h"
#include "countersign/crypto/digest.h"
#include "countersign/net/header_reader.h"

#include "azure/object_attributes.h"
#include "azure/object_name.h"

namespace countersign::azure {
namespace {

using codec::Json;

Result<VaultKey> read_key(std::string_view text, const Resource& asked, const Vault& vault);
std::string_view jwa_name(crypto::SignatureAlgorithm algorithm);
Result<ByteVector> read_signature(const std::string& text, const VaultKey& key,
                                  const Resource& asked);

// Gone is no error of a trust store, but nothing can be done with a key that is.
Result<std::string> there(const Resource& resource, Result<VaultAnswer> answer) {
  if (!answer) {
    return std::unexpected(std::move(answer).error());
  }
  if (answer->state == VaultAnswer::State::Gone) {
    return fail(Reason::BadConfig, text_of(resource) + " " + answer->text);
  }
  return std::move(answer->text);
}

}  // namespace

Result<VaultKey> find_key(const VaultClient& client, std::string_view name,
                          std::string_view version, Deadline deadline) {
  Resource wanted{.kind = Resource::Kind::Key};
  TRY(wanted.name, parse_object_name(name));
  if (!version.empty()) {
    TRY(wanted.version, parse_object_version(version));
  }
  Result<VaultKey> key = fail(Reason::Internal, "not asked");
  TRY_VOID(client.get({&wanted, 1}, deadline, [&](std::size_t, Result<VaultAnswer>& answer) {
    const auto text = there(wanted, std::move(answer));
    key = text ? read_key(*text, wanted, client.vault()) : std::unexpected(text.error());
  }));
  return key;
}

Result<ByteVector> sign_remotely(const VaultClient& client, const VaultKey& key, Bytes message,
                                 Deadline deadline) {
  TRY(auto id, parse_object_id(key.id, client.vault(), Resource::Kind::Key));
  const auto algorithm = key.key.algorithm();
  if (!algorithm || id.version.empty()) {
    return fail(Reason::BadConfig, "not a version of a key that signs");
  }
  const Resource wanted{.kind = Resource::Kind::Key,
                        .part = Resource::Part::Signature,
                        .name = std::move(id.name),
                        .version = std::move(id.version)};
  const auto digest = crypto::hash(crypto::hash_of(*algorithm), message);
  codec::JsonWriter body;
  body.begin_object()
      .member("alg", jwa_name(*algorithm))
      .member("value", codec::encode_base64url(digest))
      .end_object();
  TRY(const auto text, there(wanted, client.post(wanted, body.take(), deadline)));
  TRY(auto signature, read_signature(text, key, wanted));
  TRY_VOID(key.key.verify(message, signature));
  return signature;
}

namespace {

Result<VaultKey> read_key(std::string_view text, const Resource& asked, const Vault& vault) {
  TRY(const auto document,
      Json::parse(text, {.bytes = limits::kVaultAnswerBytes}, Reason::KeyVaultUnavailable));
  TRY(const auto attributes, read_attributes(document));
  if (!attributes.enabled) {
    return fail(Reason::BadConfig, text_of(asked) + " is disabled");
  }
  TRY(auto key, parse_vault_key(text));
  TRY(const auto id, parse_object_id(key.id, vault, Resource::Kind::Key));
  if (!same_name(id.name, asked.name) || id.version.empty() ||
      (!asked.version.empty() && id.version != asked.version)) {
    return fail(Reason::KeyVaultUnavailable,
                vault.host + " answers with another key for " + text_of(asked));
  }
  return key;
}

// RFC 7518, section 3.1, which Key Vault follows.
std::string_view jwa_name(crypto::SignatureAlgorithm algorithm) {
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
  return "unknown";
}

Result<ByteVector> read_signature(const std::string& text, const VaultKey& key,
                                  const Resource& asked) {
  TRY(const auto answer,
      Json::parse(text, {.bytes = limits::kVaultAnswerBytes}, Reason::KeyVaultUnavailable));
  const auto* id = answer.find_string("kid");
  const auto* value = answer.find_string("value");
  if (id == nullptr || value == nullptr) {
    return fail(Reason::KeyVaultUnavailable, "the vault answers nonsense for " + text_of(asked));
  }
  if (net::lower(*id) != net::lower(key.id)) {
    return fail(Reason::SignatureInvalid, "the vault signs with another key for " + text_of(asked));
  }
  return codec::decode_base64url(*value, Reason::SignatureInvalid);
}

}  // namespace
}  // namespace countersign::azure

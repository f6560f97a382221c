// SPDX-License-Identifier: Apache-2.0
// What a vault is asked for, and what whoever asks must be allowed to.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "countersign/azure/cloud.h"
#include "countersign/base/result.h"

namespace countersign::azure {

// Names and versions are checked (key_vault.h), so that a path means nothing else.
struct Resource {
  enum class Kind : std::uint8_t { Secret, Certificate, Key };
  enum class Part : std::uint8_t { Object, Versions, Objects, Signature };
  Kind kind = Kind::Secret;
  Part part = Part::Object;
  std::string name = {};     // of an object; empty for Objects, the list of all
  std::string version = {};  // empty: the newest
  std::string page = {};     // the checked link to this page of a list; empty: the first page
};

// "/secrets/ca/0123...", "/secrets/ca/versions", "/secrets", "/keys/ca/0123.../sign".
std::string path_of(const Resource&);
// "https://kv.vault.azure.net/secrets/ca?api-version=7.4".
std::string url_of(const Resource&, const Vault&, std::string_view api_version);

// For messages.
std::string text_of(const Resource&);            // "secret ca"
std::string_view needed_role(const Resource&);   // "Key Vault Secrets User"
std::string needed_permission(const Resource&);  // of an access policy: "secrets/get"

struct ObjectId {
  std::string name;
  std::string version;  // in lower case; empty when the identifier names none
};

// An identifier in an answer, "https://kv.vault.azure.net/secrets/ca/0123...": of this vault, this
// kind, and well formed. KeyVaultUnavailable.
[[nodiscard]] Result<ObjectId> parse_object_id(std::string_view url, const Vault&, Resource::Kind);

}  // namespace countersign::azure

// SPDX-License-Identifier: Apache-2.0
// What all answers about one version of an object have: an identifier and attributes.
#pragma once
#include <string>
#include <string_view>

#include "countersign/codec/json.h"

#include "azure/object_attributes.h"
#include "azure/vault_resource.h"

namespace countersign::azure {

struct AnswerDocument {
  codec::Json json;
  std::string version;
  Attributes attributes;
};

// KeyVaultUnavailable when it is not JSON, lacks one of these, or is not about what was asked for:
// another name, another version, none at all.
[[nodiscard]] Result<AnswerDocument> read_document(std::string_view answer, const Resource& asked,
                                                   const Vault&);

// The member "kid"; empty without one.
std::string key_id_in(const AnswerDocument&);

// "kv.vault.azure.net: secret ca can't be used: ...".
std::string unusable(const Resource& asked, const Vault&, std::string_view why);

}  // namespace countersign::azure

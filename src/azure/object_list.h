// SPDX-License-Identifier: Apache-2.0
// Lists of a vault: the versions of an object, or all objects of a kind. They come in pages, and in
// no order that means anything.
#pragma once
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/result.h"

#include "azure/object_attributes.h"
#include "azure/vault_client.h"
#include "azure/vault_resource.h"

namespace countersign::azure {

struct Listed {
  std::string name;
  std::string version = {};  // of Versions; empty for Objects
  Attributes attributes = {};
  std::map<std::string, std::string> tags = {};
};

struct Page {
  std::vector<Listed> entries;
  std::string next;  // a link of the vault to the same list; empty: this page is the last
};

// KeyVaultUnavailable when it is no page of that list, or its link leads elsewhere.
[[nodiscard]] Result<Page> read_page(std::string_view text, const Resource& list, const Vault&);

// nullopt: there is no such object (any more).
using WholeList = Result<std::optional<std::vector<Listed>>>;

// All pages of all lists, those of one list one after the other. BadConfig beyond
// limits::kVaultPages: what is newest of a list is known at its end only. The outer result is an
// Error when there is no token.
[[nodiscard]] Result<std::vector<WholeList>> read_lists(const VaultClient&,
                                                        std::span<const Resource> lists, Deadline);

}  // namespace countersign::azure

// SPDX-License-Identifier: Apache-2.0
// One object of a vault on its way to an item of a trust store.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "countersign/azure/key_vault.h"
#include "countersign/trust/certificate_source.h"

#include "azure/object_answer.h"
#include "azure/object_list.h"
#include "azure/selections.h"
#include "azure/vault_error.h"
#include "azure/vault_resource.h"

namespace countersign::azure {

struct LoadingRules {
  KeyVaultSettings::Read read = KeyVaultSettings::Read::Secrets;
  KeyVaultSettings::Expired expired = KeyVaultSettings::Expired::Drop;
  Time now{};
};

class ObjectLoading {
 public:
  ObjectLoading(VaultObject object, LoadingRules rules);

  // Which versions there are has to be known first; then choose() is called with them.
  bool needs_list() const;
  Resource list() const;
  void choose(WholeList list);

  std::vector<Resource> wanted() const;  // each once; none when it has failed
  void take(const Resource& asked, Result<VaultAnswer>& answer, const Vault&);

  trust::Item take_item();

 private:
  Resource resource(std::string version) const;
  void want(const std::string& version);
  void judge(ObjectVersion version);
  void fail_with(Error error);

  VaultObject object_;
  LoadingRules rules_;
  std::vector<std::string> versions_;  // to ask for; the empty one is the newest
  std::vector<std::string> taken_;
  std::vector<trust::Entry> entries_;
  std::vector<std::string> remarks_;
};

}  // namespace countersign::azure

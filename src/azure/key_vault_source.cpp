// SPDX-License-Identifier: Apache-2.0
#include "azure/key_vault_source.h"

#include <utility>

namespace countersign::azure {

KeyVaultSource::KeyVaultSource(KeyVaultSettings settings, TokenGiver tokens,
                               net::HttpTransport& http, const Clock& clock)
    : client_({std::move(settings.vault), std::move(settings.audience),
               std::move(settings.api_version)},
              std::move(tokens), http),
      clock_(clock),
      description_("Key Vault " + client_.vault().host),
      read_(settings.read),
      expired_(settings.expired),
      selections_(std::move(settings.selections)) {}

Result<std::vector<trust::Item>> KeyVaultSource::load(Deadline deadline) {
  TRY(auto selected, select(deadline));
  const LoadingRules rules{read_, expired_, clock_.now()};
  std::vector<ObjectLoading> loadings;
  for (auto& object : selected.objects) {
    loadings.emplace_back(std::move(object), rules);
  }
  TRY_VOID(choose_versions(loadings, deadline));
  TRY_VOID(fetch(loadings, deadline));
  auto items = std::move(selected.items);
  for (auto& loading : loadings) {
    items.push_back(loading.take_item());
  }
  return items;
}

Result<SelectedObjects> KeyVaultSource::select(Deadline deadline) {
  if (!selections_.need_list()) {
    return selections_.resolve(std::nullopt);
  }
  const auto kind = read_ == KeyVaultSettings::Read::Secrets ? Resource::Kind::Secret
                                                             : Resource::Kind::Certificate;
  const Resource all{.kind = kind, .part = Resource::Part::Objects};
  TRY(auto lists, read_lists(client_, {&all, 1}, deadline));
  return selections_.resolve(lists.front());
}

Result<void> KeyVaultSource::choose_versions(std::vector<ObjectLoading>& loadings,
                                             Deadline deadline) const {
  std::vector<ObjectLoading*> choosing;
  std::vector<Resource> wanted;
  for (auto& loading : loadings) {
    if (loading.needs_list()) {
      choosing.push_back(&loading);
      wanted.push_back(loading.list());
    }
  }
  TRY(auto lists, read_lists(client_, wanted, deadline));
  for (std::size_t index = 0; index < choosing.size(); ++index) {
    choosing[index]->choose(std::move(lists[index]));
  }
  return {};
}

Result<void> KeyVaultSource::fetch(std::vector<ObjectLoading>& loadings, Deadline deadline) const {
  std::vector<ObjectLoading*> owners;
  std::vector<Resource> wanted;
  for (auto& loading : loadings) {
    for (auto& resource : loading.wanted()) {
      owners.push_back(&loading);
      wanted.push_back(std::move(resource));
    }
  }
  return client_.get(wanted, deadline, [&](std::size_t index, Result<VaultAnswer>& answer) {
    owners[index]->take(wanted[index], answer, client_.vault());
  });
}

}  // namespace countersign::azure

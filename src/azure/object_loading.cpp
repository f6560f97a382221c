// SPDX-License-Identifier: Apache-2.0
#include "azure/object_loading.h"

#include <algorithm>
#include <utility>

#include "countersign/base/limits.h"

#include "azure/certificate_answer.h"
#include "azure/secret_answer.h"
#include "azure/version_choice.h"

namespace countersign::azure {
namespace {

using Which = Versions::Which;

bool is_chosen_from_a_list(const Versions& versions) {
  return versions.which == Which::Last || versions.which == Which::All;
}

std::string joined(const std::vector<std::string>& remarks) {
  std::string text;
  for (std::size_t index = 0; index < std::min(remarks.size(), limits::kVaultRemarks); ++index) {
    text += (text.empty() ? "" : "; ") + remarks[index];
  }
  return remarks.size() <= limits::kVaultRemarks
             ? text
             : text + "; and " + std::to_string(remarks.size() - limits::kVaultRemarks) + " more";
}

Result<ObjectVersion> read(std::string& text, const Resource& asked, const Vault& vault) {
  return asked.kind == Resource::Kind::Secret ? read_secret(text, asked, vault)
                                              : read_certificate(text, asked, vault);
}

}  // namespace

ObjectLoading::ObjectLoading(VaultObject object, LoadingRules rules)
    : object_(std::move(object)), rules_(rules) {
  for (const auto& versions : object_.versions) {
    switch (versions.which) {
      case Which::Newest:
        want("");
        break;
      case Which::Pinned:
        want(versions.id);
        break;
      case Which::Last:
      case Which::All:
        break;
    }
  }
}

bool ObjectLoading::needs_list() const {
  return !object_.failure && std::ranges::any_of(object_.versions, is_chosen_from_a_list);
}

Resource ObjectLoading::list() const {
  auto list = resource("");
  list.part = Resource::Part::Versions;
  return list;
}

void ObjectLoading::choose(WholeList list) {
  if (!list) {
    return fail_with(std::move(list).error());
  }
  const auto all = std::move(*list).value_or(std::vector<Listed>{});
  if (all.empty()) {
    remarks_.push_back("it is not in the vault");
  }
  for (const auto& versions : object_.versions) {
    if (!is_chosen_from_a_list(versions)) {
      continue;
    }
    auto choice = choose_versions(versions, all, rules_.expired, rules_.now);
    std::ranges::for_each(choice.versions, [this](const auto& version) { want(version); });
    std::ranges::move(choice.remarks, std::back_inserter(remarks_));
  }
}

std::vector<Resource> ObjectLoading::wanted() const {
  std::vector<Resource> resources;
  if (!object_.failure) {
    for (const auto& version : versions_) {
      resources.push_back(resource(version));
    }
  }
  return resources;
}

void ObjectLoading::take(const Resource& asked, Result<VaultAnswer>& answer, const Vault& vault) {
  if (!answer) {
    return fail_with(answer.error());
  }
  if (answer->state == VaultAnswer::State::Gone) {
    remarks_.push_back(asked.version.empty() ? "the newest version " + answer->text
                                             : version_remark(asked.version, answer->text));
    return;
  }
  auto version = read(answer->text, asked, vault);
  if (!version) {
    return fail_with(std::move(version).error());
  }
  judge(*std::move(version));
}

// Whether it counts comes first: what its owner has withdrawn need not be readable.
void ObjectLoading::judge(ObjectVersion version) {
  if (std::ranges::find(taken_, version.version) != taken_.end()) {
    return;  // the newest, which is named as well
  }
  taken_.push_back(version.version);
  const auto stands = standing(version.attributes, rules_.now);
  if (!counts(stands, rules_.expired)) {
    remarks_.push_back(version_remark(version.version, text_of(stands)));
    return;
  }
  if (!version.certificates) {
    return fail_with(std::move(version.certificates).error());
  }
  if (stands != Standing::Usable) {
    remarks_.push_back(
        version_remark(version.version, std::string(text_of(stands)) + " and is kept"));
  }
  for (auto& certificate : *version.certificates) {
    entries_.push_back({std::move(certificate), version.version});
  }
}

trust::Item ObjectLoading::take_item() {
  trust::Item item{.name = std::move(object_.name),
                   .entries = std::move(entries_),
                   .remark = joined(remarks_),
                   .need = object_.need};
  if (object_.failure) {
    item.entries = std::unexpected(*std::move(object_.failure));
  }
  return item;
}

Resource ObjectLoading::resource(std::string version) const {
  const auto kind = rules_.read == KeyVaultSettings::Read::Secrets ? Resource::Kind::Secret
                                                                   : Resource::Kind::Certificate;
  return {.kind = kind, .name = object_.name, .version = std::move(version)};
}

void ObjectLoading::want(const std::string& version) {
  if (std::ranges::find(versions_, version) == versions_.end()) {
    versions_.push_back(version);
  }
}

void ObjectLoading::fail_with(Error error) {
  if (!object_.failure) {
    object_.failure = std::move(error);
  }
}

}  // namespace countersign::azure

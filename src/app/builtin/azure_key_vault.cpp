// SPDX-License-Identifier: Apache-2.0
// trustStores: {source: azureKeyVault, vault: URL, certificates: [{name, versions}, ...], read,
// identity, refresh, maxStale, expired}; config.cpp reads refresh and maxStale
#include <charconv>
#include <utility>

#include "countersign/azure/key_vault.h"
#include "countersign/base/limits.h"

#include "app/catalog.h"
#include "app/config_sections.h"

namespace countersign::app::builtin {
namespace {

using azure::KeyVaultSettings;
using azure::Selection;
using azure::Versions;

// Reads nothing before the first load: what it reads with is made when the application starts.
class VaultStore final : public trust::CertificateSource {
 public:
  VaultStore(KeyVaultSettings settings, std::shared_ptr<AzureAccess> azure, std::size_t identity)
      : settings_(std::move(settings)),
        azure_(std::move(azure)),
        identity_(identity),
        description_("Key Vault " + settings_.vault.host) {}

  std::string_view description() const override { return description_; }
  trust::Content content() const override { return trust::Content::Chains; }
  bool fetched() const override { return true; }
  Result<std::vector<trust::Item>> load(Deadline deadline) override {
    if (!source_) {
      source_ = azure::make_key_vault_source(settings_, azure_->keeper(identity_), azure_->http(),
                                             azure_->clock());
    }
    return source_->load(deadline);
  }

 private:
  KeyVaultSettings settings_;
  std::shared_ptr<AzureAccess> azure_;
  std::size_t identity_;
  std::string description_;
  std::unique_ptr<trust::CertificateSource> source_;
};

Result<Versions> parse_versions(std::string_view text) {
  if (text == "all") {
    return Versions{.which = Versions::Which::All};
  }
  Versions versions;
  const auto* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, versions.count);
  if (error != std::errc{} || stopped != end || versions.count == 0 ||
      versions.count > limits::kVaultVersions) {
    return fail(Reason::BadConfig,
                "all, or 1 to " + std::to_string(limits::kVaultVersions) + " is expected");
  }
  versions.which = versions.count == 1 ? Versions::Which::Newest : Versions::Which::Last;
  return versions;
}

Versions read_versions(Section& section) {
  if (!section.has("version")) {
    return section.parsed("versions", "1", parse_versions).value_or(Versions{});
  }
  if (section.has("versions")) {
    section.refuse("versions", "beside version there are no others");
  }
  auto id =
      section.understood("version", azure::parse_object_version(section.required_text("version")));
  return {.which = Versions::Which::Pinned, .id = std::move(id).value_or("")};
}

void read_tags(Section& section, Selection& selection) {
  selection.by = Selection::By::Tags;
  const auto tags = section.json("tags");
  for (const auto& [name, value] : tags.members()) {
    const auto* const text = value.string();
    if (text == nullptr || name.empty() || name.size() > limits::kVaultTagBytes ||
        text->size() > limits::kVaultTagBytes) {
      section.refuse("tags", "names with texts are expected, at most " +
                                 std::to_string(limits::kVaultTagBytes) + " bytes each");
      return;
    }
    selection.tags.emplace(name, *text);
  }
  if (selection.tags.empty() || selection.tags.size() > limits::kVaultTags) {
    section.refuse("tags", "one to " + std::to_string(limits::kVaultTags) + " tags are expected");
  }
}

void read_what(Section& section, Selection& selection) {
  const bool named = section.has("name");
  const bool pattern = section.has("namePattern");
  const bool tags = section.has("tags");
  if (named + pattern + tags != 1) {
    section.refuse("name", "one of name, namePattern and tags is needed");
  }
  if (named) {
    selection.name =
        section.understood("name", azure::parse_object_name(section.required_text("name")))
            .value_or("");
  }
  if (pattern) {
    selection.by = Selection::By::Pattern;
    selection.name =
        section
            .understood("namePattern",
                        azure::parse_object_pattern(section.required_text("namePattern")))
            .value_or("");
  }
  if (tags) {
    read_tags(section, selection);
  }
}

Selection read_selection(Section& section) {
  Selection selection;
  read_what(section, selection);
  selection.versions = read_versions(section);
  if (selection.by != Selection::By::Name && selection.versions.which == Versions::Which::Pinned) {
    section.refuse("version", "a version is of one certificate, which has a name");
  }
  selection.need =
      section.flag("required", false) ? trust::Item::Need::Required : trust::Item::Need::Optional;
  return selection;
}

Result<KeyVaultSettings::Read> parse_read(std::string_view text) {
  if (text == "secrets") {
    return KeyVaultSettings::Read::Secrets;
  }
  if (text == "certificates") {
    return KeyVaultSettings::Read::Certificates;
  }
  return fail(Reason::BadConfig, "secrets or certificates is expected");
}

Result<KeyVaultSettings::Expired> parse_expired(std::string_view text) {
  if (text == "drop") {
    return KeyVaultSettings::Expired::Drop;
  }
  if (text == "keep") {
    return KeyVaultSettings::Expired::Keep;
  }
  return fail(Reason::BadConfig, "drop or keep is expected");
}

}  // namespace

std::unique_ptr<trust::CertificateSource> azure_key_vault(Section& section,
                                                          const Services& services) {
  const auto& azure = services.azure->setup();
  auto vault =
      section.understood("vault", azure::Vault::parse(section.required_text("vault"), azure.cloud));
  KeyVaultSettings settings;
  settings.audience = azure.cloud.vault_audience;
  settings.read = section.parsed("read", "secrets", parse_read).value_or(settings.read);
  settings.expired = section.parsed("expired", "drop", parse_expired).value_or(settings.expired);
  for (auto& each : section.sections("certificates")) {
    settings.selections.push_back(read_selection(each));
  }
  if (settings.selections.empty() || settings.selections.size() > limits::kVaultObjects) {
    section.refuse("certificates",
                   "one to " + std::to_string(limits::kVaultObjects) + " are expected");
  }
  const auto identity = services.azure->use(read_identities(section, azure, azure.identity));
  if (!vault) {
    return nullptr;  // noted
  }
  settings.vault = *std::move(vault);
  services.azure->use_host(settings.vault.host);
  return std::make_unique<VaultStore>(std::move(settings), services.azure, identity);
}

}  // namespace countersign::app::builtin

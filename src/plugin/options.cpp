// SPDX-License-Identifier: Apache-2.0
#include "countersign/plugin/options.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace countersign::plugin {
namespace {

constexpr std::string_view kSelfSigned = "self_signed";
constexpr std::string_view kCaCerts = "ca_certs";
constexpr std::string_view kAsSecret = "as_secret";  // of its first release candidates
constexpr std::string_view kCredentialType = "credential_type";
constexpr std::array kNames{kSelfSigned, kCaCerts, kAsSecret, kCredentialType};

struct CredentialRow {
  std::string_view name;
  Options::Credential credential;
};
constexpr std::array<CredentialRow, 3> kCredentials{
    {{"environment", Options::Credential::Environment},
     {"workloadid", Options::Credential::Workload},
     {"managedid", Options::Credential::Managed}}};

std::unexpected<Failure> invalid(std::string_view name, std::string_view why) {
  return refuse(ErrorCode::Validation,
                "pluginConfig: " + std::string(name) + ": " + std::string(why));
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

const std::string* find(const PluginConfig& config, std::string_view name) {
  const auto found = config.find(std::string(name));
  return found == config.end() ? nullptr : &found->second;
}

Answer<std::optional<bool>> read_flag(const PluginConfig& config, std::string_view name) {
  const auto* text = find(config, name);
  if (text == nullptr) {
    return std::nullopt;
  }
  const auto word = lower(*text);
  if (word != "true" && word != "false") {
    return invalid(name, "true or false is expected");
  }
  return word == "true";
}

Answer<void> check_names(const PluginConfig& config) {
  for (const auto& [name, value] : config) {
    if (std::ranges::find(kNames, name) == kNames.end()) {
      return invalid(name, "it is not known; self_signed, ca_certs and credential_type are");
    }
  }
  return {};
}

Answer<void> read_chain(const PluginConfig& config, Options& options) {
  TRY(const auto self_signed, read_flag(config, kSelfSigned));
  TRY(const auto as_secret, read_flag(config, kAsSecret));
  const auto* ca_certs = find(config, kCaCerts);
  if (ca_certs != nullptr && ca_certs->empty()) {
    return invalid(kCaCerts, "a file is expected");
  }
  const bool own = self_signed.value_or(false);
  if (own && ca_certs != nullptr) {
    return invalid(kSelfSigned, "a certificate that is self-signed has no ca_certs");
  }
  const bool secret = !own && ca_certs == nullptr;
  if (as_secret && *as_secret != secret) {
    return invalid(kAsSecret, "it contradicts what self_signed and ca_certs say");
  }
  if (!secret) {
    options.chain = own ? Options::Chain::SelfSigned : Options::Chain::File;
    options.ca_certs = own ? "" : *ca_certs;
  }
  return {};
}

Answer<void> read_credential(const PluginConfig& config, Options& options) {
  const auto* type = find(config, kCredentialType);
  if (type == nullptr) {
    return {};
  }
  const auto word = lower(*type);
  if (word == "azurecli") {
    return invalid(kCredentialType,
                   "azurecli: no other programs are run; environment, workloadid or managedid is "
                   "expected");
  }
  const auto* const row = std::ranges::find(kCredentials, word, &CredentialRow::name);
  if (row == kCredentials.end()) {
    return invalid(kCredentialType, "environment, workloadid or managedid is expected");
  }
  options.credential = row->credential;
  return {};
}

}  // namespace

Answer<Options> parse_options(const PluginConfig& config) {
  Options options;
  TRY_VOID(check_names(config));
  TRY_VOID(read_chain(config, options));
  TRY_VOID(read_credential(config, options));
  return options;
}

}  // namespace countersign::plugin

// SPDX-License-Identifier: Apache-2.0
#include "countersign/azure/cloud.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <vector>

#include "countersign/base/limits.h"

namespace countersign::azure {
namespace {

struct CloudRow {
  std::string_view name;
  std::string_view authority;
  std::string_view vault_suffix;
  std::string_view vault_audience;
  std::string_view registry_suffix;
  std::string_view hsm_suffix;
  std::array<std::string_view, 3> other_authorities;  // of the same cloud
};

constexpr std::array<CloudRow, 3> kClouds{{
    {"public",
     "https://login.microsoftonline.com/",
     ".vault.azure.net",
     "https://vault.azure.net",
     ".azurecr.io",
     ".managedhsm.azure.net",
     {"https://login.windows.net/", "https://login.microsoft.com/", "https://sts.windows.net/"}},
    {"usGovernment",
     "https://login.microsoftonline.us/",
     ".vault.usgovcloudapi.net",
     "https://vault.usgovcloudapi.net",
     ".azurecr.us",
     ".managedhsm.usgovcloudapi.net",
     {"https://login-us.microsoftonline.com/", "https://login.usgovcloudapi.net/", ""}},
    {"china",
     "https://login.partner.microsoftonline.cn/",
     ".vault.azure.cn",
     "https://vault.azure.cn",
     ".azurecr.cn",
     ".managedhsm.azure.cn",
     {"https://login.chinacloudapi.cn/", "", ""}},
}};

// The same in all clouds: Microsoft's command line asks for it in each.
constexpr std::string_view kRegistryAudience = "https://containerregistry.azure.net";

constexpr std::string_view kHttps = "https://";

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter_or_digit(char c) { return is_letter(c) || is_digit(c); }
bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || is_digit(c); }

std::string lower(std::string_view text) {
  std::string folded(text);
  std::ranges::transform(folded, folded.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return folded;
}

std::unexpected<Error> bad(std::string detail) {
  return fail(Reason::BadConfig, std::move(detail));
}

// The cloud that a row's column is an end of `text`; "" means none.
std::string_view cloud_of_suffix(std::string_view text, std::string_view CloudRow::* column) {
  const auto found = std::ranges::find_if(
      kClouds, [&](const CloudRow& row) { return text.ends_with(row.*column); });
  return found == kClouds.end() ? std::string_view() : found->name;
}

std::string_view cloud_of_authority(std::string_view authority) {
  const auto found = std::ranges::find_if(kClouds, [&](const CloudRow& row) {
    return row.authority == authority ||
           std::ranges::find(row.other_authorities, authority) != row.other_authorities.end();
  });
  return found == kClouds.end() ? std::string_view() : found->name;
}

// "contoso", or "contoso-a1b2c3", as the registry's owner chose.
bool is_registry_label(std::string_view label) {
  const auto name = label.substr(0, label.find('-'));
  const auto hash = label.substr(std::min(name.size() + 1, label.size()));
  return name.size() >= limits::kAcrNameLeast && name.size() <= limits::kAcrNameMost &&
         label.size() <= limits::kHostLabel && std::ranges::all_of(name, is_lower_or_digit) &&
         std::ranges::all_of(hash, is_lower_or_digit) && (name == label || !hash.empty());
}

bool is_region(std::string_view label) {
  return !label.empty() && label.size() <= limits::kHostLabel &&
         std::ranges::all_of(label, is_lower_or_digit);
}

// Key Vault: "3 to 24 letters, digits and hyphens, a letter first, a letter or digit last, no two
// hyphens in a row".
bool is_vault_name(std::string_view name) {
  return name.size() >= limits::kVaultNameLeast && name.size() <= limits::kVaultNameMost &&
         is_letter(name.front()) && name.back() != '-' && !name.contains("--") &&
         std::ranges::all_of(name, [](char c) { return is_letter_or_digit(c) || c == '-'; });
}

// Why it is none, for those mistakes that people make.
std::string fault_of_vault(std::string_view host, const Cloud& cloud) {
  if (!cloud_of_suffix(host, &CloudRow::hsm_suffix).empty()) {
    return "a managed HSM has no certificates; a key vault is needed";
  }
  if (const auto other = cloud_of_suffix(host, &CloudRow::vault_suffix);
      !other.empty() && !host.ends_with(cloud.vault_suffix)) {
    return "this is a vault of the cloud " + std::string(other);
  }
  return "https://NAME" + cloud.vault_suffix +
         " is expected, where NAME has 3 to 24 letters, digits and single hyphens";
}

}  // namespace

Result<Cloud> Cloud::named(std::string_view name) {
  const auto row = std::ranges::find(kClouds, name, &CloudRow::name);
  if (row == kClouds.end()) {
    return bad("the cloud is none of public, usGovernment and china");
  }
  Cloud cloud;
  cloud.authority = row->authority;
  cloud.vault_suffix = row->vault_suffix;
  cloud.vault_audience = row->vault_audience;
  cloud.registry_suffix = row->registry_suffix;
  cloud.registry_audience = kRegistryAudience;
  return cloud;
}

// Compared with what it has to look like, so that whatever the parser makes good (an empty query, a
// host in percent signs) is refused all the same.
Result<std::string> parse_authority(std::string_view text, Port port) {
  const auto url = net::Url::parse(text, Reason::BadConfig);
  if (!url || url->scheme() != net::UrlScheme::Https || url->host().ends_with('.')) {
    return bad("https://HOST is expected");
  }
  const auto given = lower(text.ends_with('/') ? text.substr(0, text.size() - 1) : text);
  const auto plain = std::string(kHttps) + url->host();
  const auto with_port = plain + ":" + std::to_string(url->port());
  if (given == plain) {
    return plain + "/";
  }
  if (given == with_port && port == Port::Any) {
    return with_port + "/";
  }
  return bad(given == with_port ? "https://HOST without a port is expected"
                                : "https://HOST is expected, and nothing after it");
}

Result<void> check_authority(std::string_view authority, const Cloud& cloud) {
  const auto theirs = cloud_of_authority(authority);
  if (!theirs.empty() && theirs != cloud_of_authority(cloud.authority)) {
    return bad("the authority is that of the cloud " + std::string(theirs) +
               ", and another cloud is configured");
  }
  return {};
}

Result<std::string> parse_azure_name(std::string_view text) {
  const bool good = !text.empty() && text.size() <= limits::kAzureNameBytes &&
                    text.front() != '.' && text.back() != '.' && !text.contains("..") &&
                    std::ranges::all_of(
                        text, [](char c) { return is_letter_or_digit(c) || c == '-' || c == '.'; });
  if (!good) {
    return bad("an id of at most " + std::to_string(limits::kAzureNameBytes) +
               " letters, digits, hyphens and single dots inside is expected");
  }
  return std::string(text);
}

Result<void> check_login_server(std::string_view host, const Cloud& cloud) {
  static constexpr std::string_view kRegional = ".geo";
  const auto refusal = [&cloud] {
    return bad("not a login server of this cloud: NAME" + cloud.registry_suffix +
               " or NAME.REGION.geo" + cloud.registry_suffix + " is expected");
  };
  if (host.size() > limits::kHostBytes || !host.ends_with(cloud.registry_suffix)) {
    return refusal();
  }
  host.remove_suffix(cloud.registry_suffix.size());
  if (host.ends_with(kRegional)) {
    host.remove_suffix(kRegional.size());
    const auto dot = host.find('.');
    if (dot == std::string_view::npos || !is_region(host.substr(dot + 1))) {
      return refusal();
    }
    host = host.substr(0, dot);
  }
  return is_registry_label(host) ? Result<void>() : refusal();
}

Result<Vault> Vault::parse(std::string_view text, const Cloud& cloud) {
  auto rest = lower(text);
  if (!rest.starts_with(kHttps)) {
    return bad("https://NAME" + cloud.vault_suffix + " is expected");
  }
  rest.erase(0, kHttps.size());
  if (rest.ends_with('/')) {
    rest.pop_back();
  }
  if (!rest.ends_with(cloud.vault_suffix) ||
      !is_vault_name(rest.substr(0, rest.size() - cloud.vault_suffix.size()))) {
    return bad(fault_of_vault(rest, cloud));
  }
  Vault vault;
  vault.name = rest.substr(0, rest.size() - cloud.vault_suffix.size());
  vault.host = rest;
  vault.origin = std::string(kHttps) + rest;
  return vault;
}

}  // namespace countersign::azure

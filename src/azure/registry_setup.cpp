// SPDX-License-Identifier: Apache-2.0
#include <string_view>
#include <utility>

#include "countersign/azure/registry_credentials.h"
#include "countersign/base/limits.h"

namespace countersign::azure {
namespace {

// "name.azurecr.io" of a regional "name.region.geo.azurecr.io": which of the two its challenges
// name is not documented. Empty for every other host.
std::string registry_of_region(std::string_view host) {
  static constexpr std::string_view kRegional = ".geo.azurecr.";
  const auto geo = host.find(kRegional);
  const auto name = host.substr(0, host.find('.'));
  if (geo == std::string_view::npos || geo <= name.size() || name.empty()) {
    return {};
  }
  const auto region = host.substr(name.size() + 1, geo - name.size() - 1);
  if (region.empty() || region.find('.') != std::string_view::npos) {
    return {};
  }
  return std::string(name) + std::string(host.substr(geo + std::string_view(".geo").size()));
}

}  // namespace

void set_up_registry(const std::string& login_server, registry::RegistrySettings& settings) {
  registry::OwnIssuer issuer{.path = "/oauth2/token", .services = {login_server}};
  if (auto registry = registry_of_region(login_server); !registry.empty()) {
    issuer.services.push_back(std::move(registry));
  }
  settings.issuer = std::move(issuer);
  if (settings.referrers_per_minute == 0) {
    settings.referrers_per_minute = limits::kAcrReferrersPerMinute;
  }
}

}  // namespace countersign::azure

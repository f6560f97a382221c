// SPDX-License-Identifier: Apache-2.0
#include "azure/vault_challenge.h"

#include <optional>

#include "countersign/azure/cloud.h"
#include "countersign/net/challenge.h"
#include "countersign/net/header_reader.h"
#include "countersign/net/url.h"

namespace countersign::azure {
namespace {

bool is_name(std::string_view text) { return parse_azure_name(text).has_value(); }

// "https://login.microsoftonline.com/TENANT", perhaps with "/" or "/oauth2/authorize" behind it.
std::string tenant_of(const std::string* authorization) {
  const auto url =
      net::Url::parse(authorization != nullptr ? *authorization : "", Reason::KeyVaultDenied);
  if (!url) {
    return {};
  }
  const auto path = std::string_view(url->path()).substr(1);
  const auto tenant = path.substr(0, path.find('/'));
  return is_name(tenant) ? std::string(tenant) : std::string();
}

// Microsoft's services write the same audience with and without "/" and "/.default".
std::string normal(std::string_view audience) {
  constexpr std::string_view kDefaultScope = "/.default";
  auto text = net::lower(audience);
  if (text.ends_with(kDefaultScope)) {
    text.resize(text.size() - kDefaultScope.size());
  }
  while (text.ends_with('/')) {
    text.pop_back();
  }
  return text;
}

std::string shown(const std::string& audience) {
  const auto url = net::Url::parse(audience, Reason::KeyVaultDenied);
  return url && is_name(url->host()) ? "https://" + url->host() : std::string();
}

}  // namespace

VaultChallenge read_challenge(const net::Response& response, std::string_view audience) {
  VaultChallenge read;
  const auto challenges = net::parse_challenges(response);
  for (const auto& challenge : challenges.value_or(std::vector<net::Challenge>{})) {
    if (challenge.scheme != "bearer") {
      continue;
    }
    for (const auto* name : {"authorization", "authorization_uri"}) {
      read.tenant = read.tenant.empty() ? tenant_of(challenge.find(name)) : read.tenant;
    }
    for (const auto* name : {"resource", "scope"}) {
      const auto* wanted = challenge.find(name);
      if (wanted != nullptr && normal(*wanted) != normal(audience)) {
        read.disagrees = true;
        read.resource = shown(normal(*wanted));
      }
    }
    read.wants_claims = read.wants_claims || challenge.find("claims") != nullptr;
  }
  return read;
}

std::string hint_of(const VaultChallenge& challenge) {
  std::string hint;
  if (challenge.disagrees) {
    hint += "; it wants tokens for " +
            (challenge.resource.empty() ? "something else" : challenge.resource) +
            ", which is not what this cloud's vaults want";
  }
  if (!challenge.tenant.empty()) {
    hint += "; the vault belongs to tenant " + challenge.tenant;
  }
  if (challenge.wants_claims) {
    hint += "; a rule of conditional access stands against our identity";
  }
  return hint;
}

}  // namespace countersign::azure

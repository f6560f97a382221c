// SPDX-License-Identifier: Apache-2.0
// The larger sections of the configuration. Each notes what is wrong with it.
#pragma once
#include "app/catalog.h"
#include "app/setup.h"

namespace countersign::app {

policy::Rules read_rules(Section& root);  // admission
std::vector<RegistrySetup> read_registries(Section& root, const Catalog&, const Services&);
RevocationSetup read_revocation(Section& root);

// azure. Never null; with Services::azure_environment where the section says nothing.
std::shared_ptr<AzureAccess> read_azure(Section& root, const Services&);
inline constexpr std::string_view kWorkloadIdentity = "azureWorkloadIdentity";
inline constexpr std::string_view kManagedIdentity = "azureManagedIdentity";
inline constexpr std::string_view kServicePrincipal = "azureServicePrincipal";
// An identity of that kind as `own`, what stands beside the kind, says, else as `azure` does.
IdentitySetup read_identity(Section& own, std::string_view kind, const AzureSetup&);
// `identity`: a kind, a map with one, or a list of kinds.
IdentityOrder read_identities(Section&, const AzureSetup&, const IdentityOrder& fallback);

// What registries and revocation sources have in common: allowAddresses, resolve, proxy, noProxy.
void read_reach(Section& section, net::TransportOptions& transport);

// "host:443:127.0.0.1:5000", as in curl's --connect-to; "[::1]" for IPv6. Reason::BadConfig.
[[nodiscard]] Result<net::ResolveOverride> parse_resolve(std::string_view text);
// "ghcr.io", "localhost:5000": as references name a registry.
[[nodiscard]] Result<std::string> parse_registry_host(std::string_view text);

}  // namespace countersign::app

// SPDX-License-Identifier: Apache-2.0
// The larger sections of the configuration. Each notes what is wrong with it.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "countersign/serving/certificate_keeper.h"

#include "app/catalog.h"
#include "app/config_events.h"
#include "app/server_setup.h"
#include "app/setup.h"

namespace countersign::app {

struct AdmissionSetup {
  policy::Rules rules;
  AdmissionPlaces places;
};
// admission. Rules name the verifications that there are.
AdmissionSetup read_admission(Section& root, std::span<const VerificationSetup>);
kube::Workloads read_workloads(Section& root);  // admission.workloads, with Kubernetes' own
policy::Selector read_selector(Section& rule);  // namespaceSelector
std::optional<policy::Requirement> read_break_glass(Section& admission);
// trustPolicy and verification, as the verification "default", then verifications.
std::vector<VerificationSetup> read_verifications(Section& root, const Catalog&, const Services&);
std::vector<RegistrySetup> read_registries(Section& root, const Catalog&, const Services&);
RevocationSetup read_revocation(Section& root);

// server, without gatekeeper; none when it is not there.
std::optional<ServerSetup> read_server(Section& root);
enum class Certificate : std::uint8_t { Files, SelfManaged };
// A section `tls` of whoever listens.
ServingFiles read_serving(Section& tls, Certificate certificate, const char* least);
// gatekeeper; none when it is not there. `certificate`: the webhook's.
std::optional<GatekeeperSetup> read_gatekeeper(Section& root, Certificate certificate);

// kubernetes, and what else names an API server.
ClusterSetup read_cluster(Section& section, const Services&);

// selfManaged of server.tls; nullopt: it is not there, or what is wrong with it was noted.
std::optional<serving::KeeperSetup> read_self_managed(Section& tls);
std::optional<EventSetup> read_events(Section& root);  // events; nullopt: off

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

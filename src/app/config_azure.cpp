// SPDX-License-Identifier: Apache-2.0
// azure: {cloud, tenantId, clientId, authority, identity, ...}, and how a store or a registry names
// one of the identities: `azureWorkloadIdentity`, `{kind: azureManagedIdentity, clientId: ...}`, or
// a list of names, of which the first that is there counts.
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/net/header_reader.h"
#include "countersign/net/url.h"
#include "countersign/registry/host_pattern.h"

#include "app/config_sections.h"

namespace countersign::app {
namespace {

using Kind = IdentitySetup::Kind;
using By = azure::ManagedIdentity::By;

constexpr std::string_view kIdentity = "identity";
constexpr std::size_t kIdentities = 3;  // in a list: one of each kind

Result<azure::Cloud> parse_cloud(std::string_view text) { return azure::Cloud::named(text); }

// What a token is for is compared literally by who takes it.
Result<std::string> parse_audience(const std::string& text) {
  const auto url = net::Url::parse(text, Reason::BadConfig);
  if (!url || url->scheme() != net::UrlScheme::Https || text.ends_with('/')) {
    return fail(Reason::BadConfig, "https://... without a slash at the end is expected");
  }
  return text;
}

// ".vault.azure.net": what stands behind the name of a vault or registry.
Result<std::string> parse_suffix(const std::string& text) {
  TRY_VOID(registry::HostPattern::parse("*" + text));
  if (!text.starts_with('.') || net::lower(text) != text) {
    return fail(Reason::BadConfig, "a dot and the lower-case end of a host name are expected");
  }
  return text;
}

// A cloud of the table, and what differs from it in one that the table does not have.
void read_cloud(Section& section, azure::Cloud& cloud) {
  if (auto known = section.parsed("cloud", "public", parse_cloud)) {
    cloud = *std::move(known);
  }
  using Parse = Result<std::string> (*)(const std::string&);
  const auto read = [&section](std::string_view key, Parse parse, std::string& value) {
    if (section.has(key)) {
      value = section.understood(key, parse(section.required_text(key))).value_or("");
    }
  };
  read("vaultSuffix", parse_suffix, cloud.vault_suffix);
  read("vaultAudience", parse_audience, cloud.vault_audience);
  read("registrySuffix", parse_suffix, cloud.registry_suffix);
  read("registryAudience", parse_audience, cloud.registry_audience);
}

void read_name(Section& section, std::string_view key, std::optional<std::string>& name) {
  if (section.has(key)) {
    name = section.understood(key, azure::parse_azure_name(section.required_text(key)));
  }
}

void read_application(Section& section, IdentitySetup& identity) {
  read_name(section, "tenantId", identity.tenant);
  read_name(section, "clientId", identity.client);
}

void read_workload(Section& section, IdentitySetup& identity) {
  identity.file = section.path("tokenFile", identity.file);
}

void read_managed(Section& section, IdentitySetup& identity) {
  constexpr std::pair<std::string_view, By> kWays[] = {
      {"clientId", By::ClientId}, {"objectId", By::ObjectId}, {"resourceId", By::ResourceId}};
  bool said = false;
  for (const auto& [key, by] : kWays) {
    const auto id = section.has(key) ? section.required_text(key) : std::string();
    if (id.empty()) {
      continue;  // noted, if it is there
    }
    if (std::exchange(said, true)) {
      section.refuse(key, "one of clientId, objectId and resourceId is enough");
    }
    identity.by = by;
    identity.id = id;
  }
}

void read_principal(Section& section, IdentitySetup& identity) {
  const auto secret = section.path("clientSecretFile");
  const auto certificate = section.path("clientCertificateFile");
  if (!secret.empty() && !certificate.empty()) {
    section.refuse("clientCertificateFile", "beside clientSecretFile there is no certificate");
  }
  if (!secret.empty()) {
    identity.kind = Kind::SecretPrincipal;
    identity.file = secret;
  } else if (!certificate.empty()) {
    identity.kind = Kind::CertificatePrincipal;
    identity.file = certificate;
  }
}

void read_keys(Section& section, IdentitySetup& identity) {
  switch (identity.kind) {
    case Kind::Workload:
      read_application(section, identity);
      read_workload(section, identity);
      return;
    case Kind::Managed:
      read_managed(section, identity);
      return;
    case Kind::SecretPrincipal:
    case Kind::CertificatePrincipal:
      read_application(section, identity);
      read_principal(section, identity);
      return;
  }
}

std::optional<IdentitySetup> of_kind(std::string_view kind, const AzureSetup& azure) {
  if (kind == kWorkloadIdentity) {
    return azure.workload;
  }
  if (kind == kManagedIdentity) {
    return azure.managed;
  }
  if (kind == kServicePrincipal) {
    return azure.principal;
  }
  return std::nullopt;
}

bool lacks_proof(const IdentitySetup& identity) {
  return identity.kind == Kind::SecretPrincipal && identity.file.empty();
}

IdentityOrder read_list(Section& section, const AzureSetup& azure) {
  IdentityOrder order;
  for (const auto& name : section.texts(kIdentity)) {
    auto identity = of_kind(name, azure);
    if (!identity) {
      section.refuse(kIdentity, "\"" + name + "\" is no identity");
      continue;
    }
    if (lacks_proof(*identity)) {
      section.refuse(kIdentity, name + " has neither clientSecretFile nor clientCertificateFile");
    }
    order.push_back(*std::move(identity));
  }
  if (order.empty() || order.size() > kIdentities) {
    section.refuse(kIdentity, "one to three names are expected");
  }
  return order;
}

void read_defaults(Section& section, AzureSetup& azure) {
  azure.managed.kind = Kind::Managed;
  azure.principal.kind = Kind::SecretPrincipal;
  read_application(section, azure.workload);
  azure.principal.tenant = azure.workload.tenant;
  azure.principal.client = azure.workload.client;
  read_workload(section, azure.workload);
  read_principal(section, azure.principal);
  auto managed = section.section("managedIdentity");
  read_managed(managed, azure.managed);
}

}  // namespace

IdentitySetup read_identity(Section& own, std::string_view kind, const AzureSetup& azure) {
  auto identity = of_kind(kind, azure);
  if (!identity) {
    own.refuse("kind", "\"" + std::string(kind) + "\" is none of " +
                           std::string(kWorkloadIdentity) + ", " + std::string(kManagedIdentity) +
                           ", " + std::string(kServicePrincipal));
    return {};
  }
  read_keys(own, *identity);
  if (lacks_proof(*identity)) {
    own.refuse("kind", "clientSecretFile or clientCertificateFile is needed");
  }
  return *std::move(identity);
}

IdentityOrder read_identities(Section& section, const AzureSetup& azure,
                              const IdentityOrder& fallback) {
  if (!section.has(kIdentity)) {
    return fallback;
  }
  if (section.has_list(kIdentity)) {
    return read_list(section, azure);
  }
  auto [kind, own] = section.kind(kIdentity, "");
  return {read_identity(own, kind, azure)};
}

std::shared_ptr<AzureAccess> read_azure(Section& root, const Services& services) {
  auto section = root.section("azure");
  AzureSetup azure;
  azure.environment = services.azure_environment;
  read_cloud(section, azure.cloud);
  if (section.has("authority")) {
    azure.authority = section.understood(
        "authority", azure::parse_authority(section.required_text("authority"), azure::Port::Any));
  }
  read_defaults(section, azure);
  azure.identity = read_identities(section, azure, {azure.workload});
  azure.transport.ca_file = section.path("caFile").string();
  read_reach(section, azure.transport);
  return std::make_shared<AzureAccess>(std::move(azure), services.clock);
}

}  // namespace countersign::app

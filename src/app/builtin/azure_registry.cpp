// SPDX-License-Identifier: Apache-2.0
// registries: {host: NAME.azurecr.io, credentials: azureWorkloadIdentity}, or azureManagedIdentity,
// or azureServicePrincipal; or {credentials: {kind: ..., clientId: ..., customHost: true}}; or a
// family, {host: "*.azurecr.io", credentials: azureWorkloadIdentity}
#include <optional>
#include <utility>

#include "countersign/azure/registry_credentials.h"

#include "app/catalog.h"
#include "app/config_sections.h"

namespace countersign::app::builtin {
namespace {

enum class Host : std::uint8_t { OfTheCloud, Custom };

class AzureRegistry final : public CredentialSource {
 public:
  AzureRegistry(std::shared_ptr<AzureAccess> azure, std::size_t identity, Host host)
      : azure_(std::move(azure)), identity_(identity), host_(host) {}

  // The token opens every registry that the identity may use (CVE-2025-27403).
  Result<void> fit(RemoteSetup& remote) override {
    if (host_ == Host::OfTheCloud) {
      TRY_VOID(azure::check_login_server(remote.host, azure_->setup().cloud));
    }
    if (remote.transport.plain_http == net::PlainHttp::Allow) {
      return fail(Reason::BadConfig, "an Azure token is never sent over plain http");
    }
    if (!remote.settings.realms.empty()) {
      return fail(Reason::BadConfig,
                  "an Azure registry issues its tokens itself: tokenRealms has no place here");
    }
    login_server_ = remote.host;
    azure::set_up_registry(login_server_, remote.settings);
    return {};
  }

  Result<void> start(const Means& means) override {
    credentials_ = std::make_shared<azure::RegistryCredentials>(
        azure::RegistryAccess{.login_server = login_server_,
                              .audience = azure_->setup().cloud.registry_audience,
                              .tenant = azure_->tenant(identity_)},
        azure_->keeper(identity_), means.http, azure_->clock());
    return {};
  }

  std::shared_ptr<registry::CredentialProvider> provider_for(const kube::Puller&) override {
    return credentials_;
  }

  Result<void> renew(Deadline deadline) override { return credentials_->renew(deadline); }

  // Each member exchanges the token for itself, and fit() holds its name against the cloud's again.
  Result<std::unique_ptr<CredentialSource>> for_member() const override {
    if (host_ == Host::Custom) {
      return fail(Reason::BadConfig, "customHost: the registries of a family are Azure's own");
    }
    return std::make_unique<AzureRegistry>(azure_, identity_, host_);
  }

 private:
  std::shared_ptr<AzureAccess> azure_;
  std::size_t identity_;
  Host host_;
  std::string login_server_;
  std::shared_ptr<azure::RegistryCredentials> credentials_;
};

std::unique_ptr<CredentialSource> make(Section& section, const Services& services,
                                       std::string_view kind) {
  const auto host = section.flag("customHost", false) ? Host::Custom : Host::OfTheCloud;
  const auto identity =
      services.azure->use({read_identity(section, kind, services.azure->setup())});
  return std::make_unique<AzureRegistry>(services.azure, identity, host);
}

}  // namespace

std::unique_ptr<CredentialSource> azure_workload_identity(Section& section,
                                                          const Services& services) {
  return make(section, services, kWorkloadIdentity);
}

std::unique_ptr<CredentialSource> azure_managed_identity(Section& section,
                                                         const Services& services) {
  return make(section, services, kManagedIdentity);
}

std::unique_ptr<CredentialSource> azure_service_principal(Section& section,
                                                          const Services& services) {
  return make(section, services, kServicePrincipal);
}

}  // namespace countersign::app::builtin

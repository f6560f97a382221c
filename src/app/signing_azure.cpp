// SPDX-License-Identifier: Apache-2.0
#include "app/signing_azure.h"

#include <string>
#include <utility>

#include "app/default_files.h"

namespace countersign::app {
namespace {

using Kind = IdentitySetup::Kind;
using Access = std::shared_ptr<AzureAccess>;

std::string variable(const Console& console, const char* name) {
  return console.environment(name).value_or("");
}

AzureSetup public_cloud(const Console& console) {
  AzureSetup setup;
  setup.cloud = azure::Cloud::named("public").value();
  setup.environment = azure_environment(console);
  setup.managed.kind = Kind::Managed;
  if (const auto client = variable(console, "AZURE_CLIENT_ID"); !client.empty()) {
    setup.managed.by = azure::ManagedIdentity::By::ClientId;
    setup.managed.id = client;
  }
  return setup;
}

// Of a certificate where its file is named, else of a secret.
IdentitySetup environment_principal(const Console& console) {
  const auto certificate = variable(console, "AZURE_CLIENT_CERTIFICATE_PATH");
  const bool secret = certificate.empty() || !variable(console, "AZURE_CLIENT_SECRET").empty();
  return {.kind = secret ? Kind::SecretPrincipal : Kind::CertificatePrincipal,
          .file = secret ? std::string() : certificate};
}

bool has_principal(const Console& console) {
  return !variable(console, "AZURE_CLIENT_SECRET").empty() ||
         !variable(console, "AZURE_CLIENT_CERTIFICATE_PATH").empty();
}

IdentitySetup first_present(const AzureSetup& setup, const Console& console) {
  if (has_principal(console)) {
    return environment_principal(console);
  }
  return variable(console, "AZURE_FEDERATED_TOKEN_FILE").empty() ? setup.managed : setup.workload;
}

IdentityOrder chosen(Credential credential, const AzureSetup& setup, const Console& console) {
  switch (credential) {
    case Credential::FirstPresent:
      break;
    case Credential::Environment:
      return {environment_principal(console)};
    case Credential::Workload:
      return {setup.workload};
    case Credential::Managed:
      return {setup.managed};
  }
  return setup.identity.empty() ? IdentityOrder{first_present(setup, console)} : setup.identity;
}

std::expected<AzureSetup, Problems> setup_of(const std::filesystem::path& config,
                                             const Console& console, const Clock& clock) {
  if (config.empty()) {
    return public_cloud(console);
  }
  const auto access = load_azure(config, builtins(),
                                 {clock, docker_config_file(console), kubernetes_service(console),
                                  azure_environment(console)});
  if (!access) {
    return std::unexpected(access.error());
  }
  return (*access)->setup();
}

}  // namespace

std::expected<SigningAzure, Problems> signing_azure(const std::filesystem::path& config,
                                                    Credential credential, const Console& console,
                                                    const Clock& clock) {
  auto setup = setup_of(config, console, clock);
  if (!setup) {
    return std::unexpected(std::move(setup).error());
  }
  setup->client_secret = Secret(variable(console, "AZURE_CLIENT_SECRET"));
  const auto order = chosen(credential, *setup, console);
  SigningAzure azure{std::make_shared<AzureAccess>(*std::move(setup), clock)};
  azure.identity = azure.access->use(order);
  return azure;
}

}  // namespace countersign::app

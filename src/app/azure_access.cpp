// SPDX-License-Identifier: Apache-2.0
#include "app/azure_access.h"

#include <algorithm>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/net/url.h"

#include "app/file.h"

namespace countersign::app {
namespace {

using Kind = IdentitySetup::Kind;

azure::ReadFile reader(const std::filesystem::path& file, std::size_t most) {
  return [file, most] { return read_file(file, most); };
}

net::TransportOptions metadata_options(const net::TransportOptions& azure) {
  auto options = azure::metadata_service_options();
  std::ranges::copy_if(azure.overrides, std::back_inserter(options.overrides),
                       [](const auto& each) { return each.host == azure::kMetadataHost; });
  return options;
}

std::string host_of(const std::string& authority) {
  const auto url = net::Url::parse(authority, Reason::BadConfig);
  return url ? url->host() : std::string();
}

}  // namespace

AzureAccess::AzureAccess(AzureSetup setup, const Clock& clock)
    : setup_(std::move(setup)), clock_(clock) {}

AzureAccess::~AzureAccess() { close(); }

std::size_t AzureAccess::use(const IdentityOrder& order) {
  const auto known = std::ranges::find(orders_, order);
  if (known != orders_.end()) {
    return static_cast<std::size_t>(known - orders_.begin());
  }
  orders_.push_back(order);
  return orders_.size() - 1;
}

std::set<std::string, std::less<>> AzureAccess::hosts() const {
  auto hosts = hosts_;
  if (!orders_.empty()) {
    hosts.insert(host_of(setup_.authority.value_or(setup_.cloud.authority)));
    hosts.emplace(azure::kMetadataHost);
  }
  return hosts;
}

Result<void> AzureAccess::start(courier::Observer& observer) {
  if (orders_.empty()) {
    return {};
  }
  auto entra = line(setup_.transport, observer);
  if (!entra) {
    return fail(entra.error().reason, "azure: " + entra.error().detail);
  }
  entra_ = *std::move(entra);
  TRY(metadata_, line(metadata_options(setup_.transport), observer));
  for (const auto& order : orders_) {
    std::vector<std::unique_ptr<azure::Identity>> identities;
    for (const auto& each : order) {
      identities.push_back(identity(each));
    }
    auto who = identities.size() == 1 ? std::move(identities.front())
                                      : azure::first_present(std::move(identities));
    keepers_.push_back(std::make_unique<azure::TokenKeeper>(
        std::move(who), clock_, [this] { return entra_.patience->chance(); }));
  }
  return {};
}

Result<AzureAccess::Line> AzureAccess::line(net::TransportOptions options,
                                            courier::Observer& observer) const {
  Line line;
  TRY(line.http, net::make_curl_transport(std::move(options), clock_));
  line.patience = courier::make_patience();
  line.courier = std::make_unique<courier::Courier>(*line.http, *line.patience, observer, clock_);
  return line;
}

std::unique_ptr<azure::Identity> AzureAccess::identity(const IdentitySetup& setup) {
  switch (setup.kind) {
    case Kind::Managed:
      return azure::make_identity(azure::ManagedIdentity{.by = setup.by, .id = setup.id},
                                  *metadata_.courier, clock_);
    case Kind::Workload:
    case Kind::SecretPrincipal:
    case Kind::CertificatePrincipal:
      break;
  }
  return application_identity(setup);
}

azure::ReadFile AzureAccess::secret_reader(const IdentitySetup& setup) const {
  if (!setup.file.empty()) {
    return reader(setup.file, limits::kClientSecretBytes);
  }
  return [this]() -> Result<std::string> {
    if (setup_.client_secret.empty()) {
      return fail(Reason::BadConfig, "AZURE_CLIENT_SECRET is not set");
    }
    return setup_.client_secret.reveal();
  };
}

std::unique_ptr<azure::Identity> AzureAccess::application_identity(const IdentitySetup& setup) {
  using azure::ServicePrincipal;
  const azure::WorkloadSettings settings{
      .client = setup.client, .tenant = setup.tenant, .authority = setup_.authority};
  const auto principal = [&](ServicePrincipal::By by, azure::ReadFile proof) {
    auto found = azure::find_application(setup_.environment, settings, setup_.cloud);
    return found ? azure::make_identity(ServicePrincipal{*std::move(found), by, std::move(proof)},
                                        *entra_.courier, clock_)
                 : azure::make_absent_identity("service principal", std::move(found).error());
  };
  switch (setup.kind) {
    case Kind::SecretPrincipal:
      return principal(ServicePrincipal::By::Secret, secret_reader(setup));
    case Kind::CertificatePrincipal:
      return principal(ServicePrincipal::By::Certificate,
                       reader(setup.file, limits::kClientCertificateBytes));
    case Kind::Workload:
    case Kind::Managed:
      break;
  }
  return workload_identity(setup);
}

std::unique_ptr<azure::Identity> AzureAccess::workload_identity(const IdentitySetup& setup) {
  azure::WorkloadSettings settings{
      .client = setup.client, .tenant = setup.tenant, .authority = setup_.authority};
  if (!setup.file.empty()) {
    settings.token_file = setup.file.string();
  }
  auto found = azure::find_workload(setup_.environment, settings, setup_.cloud);
  if (!found) {
    return azure::make_absent_identity("workload identity", std::move(found).error());
  }
  auto token = reader(found->token_file, limits::kFederatedTokenBytes);
  return azure::make_identity(
      azure::WorkloadIdentity{std::move(found->application), std::move(token)}, *entra_.courier,
      clock_);
}

std::string AzureAccess::tenant(std::size_t identity) const {
  const auto& first = orders_.at(identity).front();
  if (first.kind == Kind::Managed) {
    return {};
  }
  return first.tenant.value_or(setup_.environment.tenant_id.value_or(""));
}

void AzureAccess::renew(Deadline deadline) {
  for (const auto& keeper : keepers_) {
    keeper->renew(deadline);
  }
}

void AzureAccess::close() {
  for (const auto* line : {&entra_, &metadata_}) {
    if (line->courier) {
      line->courier->close();
    }
  }
}

}  // namespace countersign::app

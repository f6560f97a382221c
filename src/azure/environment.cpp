// SPDX-License-Identifier: Apache-2.0
#include "countersign/azure/environment.h"

#include <utility>

namespace countersign::azure {
namespace {

using Value = std::optional<std::string>;

struct Place {  // where a value may come from
  std::string_view variable;
  std::string_view key;
};
constexpr Place kClient{"AZURE_CLIENT_ID", "azure.clientId"};
constexpr Place kTenant{"AZURE_TENANT_ID", "azure.tenantId"};
constexpr Place kTokenFile{"AZURE_FEDERATED_TOKEN_FILE", "azure.tokenFile"};
constexpr Place kAuthority{"AZURE_AUTHORITY_HOST", "azure.authority"};

constexpr std::string_view kNoWebhook =
    "; the pod has no variable of the workload identity webhook at all: it lacks the label "
    "azure.workload.identity/use: \"true\", or was created before the webhook was ready";
constexpr std::string_view kBindings =
    "AKS identity bindings are not supported: AZURE_KUBERNETES_TOKEN_PROXY is set; use workload "
    "identity with a federated credential, without a binding";

bool is_set(const Value& value) { return value && !value->empty(); }

bool webhook_was_here(const Environment& environment) {
  return is_set(environment.client_id) || is_set(environment.tenant_id) ||
         is_set(environment.token_file) || is_set(environment.authority_host);
}

std::unexpected<Error> missing(const Place& place, const Environment& environment) {
  return fail(Reason::AzureIdentityRefused,
              std::string(place.variable) + " is not set, and neither is " +
                  std::string(place.key) +
                  std::string(webhook_was_here(environment) ? "" : kNoWebhook));
}

// Says where a value that means nothing stands.
template <class T>
Result<T> in_configuration(const Place& place, Result<T> parsed) {
  return parsed ? std::move(parsed)
                : fail(Reason::BadConfig, std::string(place.key) + " (in place of " +
                                              std::string(place.variable) +
                                              "): " + parsed.error().detail);
}

template <class T>
Result<T> in_environment(const Place& place, Result<T> parsed) {
  return parsed ? std::move(parsed)
                : fail(Reason::AzureIdentityRefused, std::string(place.variable) + " (or set " +
                                                         std::string(place.key) +
                                                         "): " + parsed.error().detail);
}

Result<std::string> name_of(const Place& place, const Value& set, const Value& variable,
                            const Environment& environment) {
  if (is_set(set)) {
    return in_configuration(place, parse_azure_name(*set));
  }
  if (is_set(variable)) {
    return in_environment(place, parse_azure_name(*variable));
  }
  return missing(place, environment);
}

Result<std::string> parse_authority_of(const Cloud& cloud, std::string_view text, Port port) {
  TRY(auto authority, parse_authority(text, port));
  TRY_VOID(check_authority(authority, cloud));
  return authority;
}

Result<std::string> authority_of(const Environment& environment, const WorkloadSettings& settings,
                                 const Cloud& cloud) {
  if (is_set(settings.authority)) {
    return in_configuration(kAuthority, parse_authority_of(cloud, *settings.authority, Port::Any));
  }
  if (is_set(environment.authority_host)) {
    return in_environment(kAuthority,
                          parse_authority_of(cloud, *environment.authority_host, Port::Usual));
  }
  return cloud.authority;
}

}  // namespace

Result<Workload> find_workload(const Environment& environment, const WorkloadSettings& settings,
                               const Cloud& cloud) {
  if (is_set(environment.token_proxy)) {
    return fail(Reason::AzureIdentityRefused, std::string(kBindings));
  }
  Workload workload;
  TRY(workload.application, find_application(environment, settings, cloud));
  const auto& file = is_set(settings.token_file) ? settings.token_file : environment.token_file;
  if (!is_set(file)) {
    return missing(kTokenFile, environment);
  }
  workload.token_file = *file;
  return workload;
}

Result<Application> find_application(const Environment& environment,
                                     const WorkloadSettings& settings, const Cloud& cloud) {
  Application application;
  TRY(application.client, name_of(kClient, settings.client, environment.client_id, environment));
  TRY(application.tenant, name_of(kTenant, settings.tenant, environment.tenant_id, environment));
  TRY(application.authority, authority_of(environment, settings, cloud));
  return application;
}

}  // namespace countersign::azure

// SPDX-License-Identifier: Apache-2.0
// What the workload identity webhook of Azure tells a pod through its environment, and what the
// configuration says in its place.
#pragma once
#include <optional>
#include <string>

#include "countersign/azure/cloud.h"
#include "countersign/azure/identity.h"
#include "countersign/base/result.h"

namespace countersign::azure {

struct Environment {                               // an empty value is as good as none
  std::optional<std::string> client_id = {};       // AZURE_CLIENT_ID
  std::optional<std::string> tenant_id = {};       // AZURE_TENANT_ID
  std::optional<std::string> token_file = {};      // AZURE_FEDERATED_TOKEN_FILE
  std::optional<std::string> authority_host = {};  // AZURE_AUTHORITY_HOST
  std::optional<std::string> token_proxy = {};     // AZURE_KUBERNETES_TOKEN_PROXY
};

struct WorkloadSettings {                      // of the configuration; each wins over its variable
  std::optional<std::string> client = {};      // azure.clientId
  std::optional<std::string> tenant = {};      // azure.tenantId
  std::optional<std::string> token_file = {};  // azure.tokenFile
  std::optional<std::string> authority = {};   // azure.authority
};

struct Workload {
  Application application;
  std::string token_file;  // its path, not looked at
};

// Without an authority the cloud's counts; one that is known to be another cloud's is refused. One
// of the environment may have no port. Errors name the variable and the key of the configuration:
//   AzureIdentityRefused  a variable is missing or means nothing, which only the pod shows; or the
//                         pod has identity bindings, which are not supported
//   BadConfig             a value of the configuration means nothing
[[nodiscard]] Result<Workload> find_workload(const Environment&, const WorkloadSettings&,
                                             const Cloud&);

// Tenant and client alone, of the same two places: for identities that need no token file.
[[nodiscard]] Result<Application> find_application(const Environment&, const WorkloadSettings&,
                                                   const Cloud&);

}  // namespace countersign::azure

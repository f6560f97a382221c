// SPDX-License-Identifier: Apache-2.0
// The one list of everything that can be configured. To add a kind: write one file in
// src/app/builtin/ that defines its factory, and add its line here.
#include "app/catalog.h"

#define COUNTERSIGN_BUILTINS(X)                                         \
  X(VerifierPlan, notation, "notation")                                 \
  X(VerifierPlan, named_notation, "namedNotation")                      \
  X(trust::CertificateSource, files, "files")                           \
  X(trust::CertificateSource, azure_key_vault, "azureKeyVault")         \
  X(CredentialSource, anonymous, "anonymous")                           \
  X(CredentialSource, basic, "basic")                                   \
  X(CredentialSource, docker_config, "dockerConfig")                    \
  X(CredentialSource, pull_secrets, "pullSecrets")                      \
  X(CredentialSource, azure_workload_identity, "azureWorkloadIdentity") \
  X(CredentialSource, azure_managed_identity, "azureManagedIdentity")   \
  X(CredentialSource, azure_service_principal, "azureServicePrincipal")

namespace countersign::app {
namespace builtin {
#define COUNTERSIGN_DECLARE(port, make, kind) Factory<port> make;
COUNTERSIGN_BUILTINS(COUNTERSIGN_DECLARE)
#undef COUNTERSIGN_DECLARE
}  // namespace builtin

Catalog builtins() {
  Catalog catalog;
#define COUNTERSIGN_ADD(port, make, kind) catalog.add<port>(kind, builtin::make);
  COUNTERSIGN_BUILTINS(COUNTERSIGN_ADD)
#undef COUNTERSIGN_ADD
  return catalog;
}

}  // namespace countersign::app

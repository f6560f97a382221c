// SPDX-License-Identifier: Apache-2.0
// Credentials for Azure Container Registry: an Azure token is exchanged for a refresh token of one
// registry (POST /oauth2/exchange), which registry::Registry then turns into tokens for
// repositories.
//
// The Azure token opens every registry that the identity may use, so it goes to the login server
// that the configuration names and nowhere else (CVE-2025-27403): the address is made from that
// name, before any answer was read, and a redirect is an error.
#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "countersign/azure/token_keeper.h"
#include "countersign/registry/credential_provider.h"
#include "countersign/registry/http_repository.h"

namespace countersign::azure {

struct RegistryAccess {
  std::string login_server;  // checked (cloud.h), or one that the configuration vouches for
  std::string audience;
  std::string tenant = {};  // sent when it is known
};

// Refused refresh tokens are replaced (CredentialProvider::refused), each once it is as old as
// limits::kAcrTokenDoubt. All credentials belong to nobody in particular (Credentials::owner).
// Errors: AzureIdentity... of the keeper; RegistryAuth when the registry refuses the identity,
// which names the role that is missing, or its network rules refuse us; RegistryUnavailable,
// RegistryThrottled, RegistryResponse.
class RegistryCredentials final : public registry::CredentialProvider {  // thread-safe
 public:
  // All borrowed; `http` is the registry's own.
  RegistryCredentials(RegistryAccess, TokenKeeper&, net::HttpTransport& http, const Clock&);
  ~RegistryCredentials() override;

  // Only for images of the login server; Internal for others, and nothing is asked.
  Result<registry::Credentials> credentials_for(const oci::ImageRef&, Deadline) override;
  bool refused(const registry::Credentials&) override;

  // Fetches what is missing or soon ends, so that no image waits for it.
  Result<void> renew(Deadline);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// How Azure registries issue tokens, and how fast they may be asked for referrers.
void set_up_registry(const std::string& login_server, registry::RegistrySettings&);

}  // namespace countersign::azure

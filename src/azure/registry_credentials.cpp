// SPDX-License-Identifier: Apache-2.0
#include "countersign/azure/registry_credentials.h"

#include <utility>

#include "azure/registry_exchange.h"

namespace countersign::azure {

struct RegistryCredentials::Impl {
  RegistryExchange exchange;
};

RegistryCredentials::RegistryCredentials(RegistryAccess access, TokenKeeper& keeper,
                                         net::HttpTransport& http, const Clock& clock)
    : impl_(new Impl{RegistryExchange(
          access,
          [&keeper, audience = access.audience](const Secret& refused, Deadline deadline) {
            return keeper.token(audience, refused, deadline);
          },
          http, clock)}) {}

RegistryCredentials::~RegistryCredentials() = default;

Result<registry::Credentials> RegistryCredentials::credentials_for(const oci::ImageRef& image,
                                                                   Deadline deadline) {
  return impl_->exchange.credentials_for(image, deadline);
}

bool RegistryCredentials::refused(const registry::Credentials& credentials) {
  return impl_->exchange.refused(credentials);
}

Result<void> RegistryCredentials::renew(Deadline deadline) {
  return impl_->exchange.renew(deadline);
}

}  // namespace countersign::azure

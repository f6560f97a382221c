// SPDX-License-Identifier: Apache-2.0
#include "registry/credential_snapshot.h"

#include <utility>

namespace countersign::registry {

CredentialSnapshot::CredentialSnapshot(Credentials credentials,
                                       std::shared_ptr<CredentialProvider> provider)
    : credentials_(std::move(credentials)), provider_(std::move(provider)) {}

Result<Credentials> CredentialSnapshot::credentials_for(const oci::ImageRef& image,
                                                        Deadline deadline) {
  if (!replaced_) {
    return credentials_;
  }
  TRY(auto others, provider_->credentials_for(image, deadline));
  if (others.owner != credentials_.owner) {
    return fail(Reason::CredentialsUnavailable, "the credentials changed while they were used");
  }
  return others;
}

bool CredentialSnapshot::refused(const Credentials& credentials) {
  if (!provider_->refused(credentials)) {
    return false;
  }
  replaced_ = true;
  return true;
}

}  // namespace countersign::registry

// SPDX-License-Identifier: Apache-2.0
// The credentials that an owner had when he asked. What is found with them is remembered as his, so
// nobody else's may be used for it, whatever the provider says by then.
#pragma once
#include <atomic>
#include <memory>

#include "countersign/registry/credential_provider.h"

namespace countersign::registry {

class CredentialSnapshot final : public CredentialProvider {  // thread-safe
 public:
  // `credentials` are what the provider gave; of one image.
  CredentialSnapshot(Credentials credentials, std::shared_ptr<CredentialProvider> provider);

  // Those; once they were refused and the provider has others, what it has for the same owner.
  // CredentialsUnavailable when it is another owner's by now.
  Result<Credentials> credentials_for(const oci::ImageRef&, Deadline) override;
  bool refused(const Credentials&) override;

 private:
  const Credentials credentials_;
  const std::shared_ptr<CredentialProvider> provider_;
  std::atomic<bool> replaced_ = false;
};

}  // namespace countersign::registry

// SPDX-License-Identifier: Apache-2.0
// What `credentials` of a registry makes: providers for those who pull.
#pragma once
#include <memory>

#include "countersign/base/log.h"
#include "countersign/base/result.h"
#include "countersign/kube/admission_review.h"
#include "countersign/registry/credential_provider.h"

namespace countersign::app {

class CredentialSource {  // of one registry; thread-safe
 public:
  virtual ~CredentialSource() = default;
  // Before the first pod, where pods come at all: what the source itself contacts is made here, not
  // when the configuration is read. The logger is borrowed. Reason::BadConfig.
  [[nodiscard]] virtual Result<void> start(log::Logger&) { return {}; }
  // Asks nobody: what a provider has to find out, it finds out when it is asked.
  virtual std::shared_ptr<registry::CredentialProvider> provider_for(const kube::Puller&) = 0;
};

// The same for every puller.
std::unique_ptr<CredentialSource> one_for_all(std::shared_ptr<registry::CredentialProvider>);

}  // namespace countersign::app

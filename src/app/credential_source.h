// SPDX-License-Identifier: Apache-2.0
// What `credentials` of a registry makes: providers for those who pull.
#pragma once
#include <memory>

#include "countersign/base/clock.h"
#include "countersign/base/log.h"
#include "countersign/base/result.h"
#include "countersign/kube/admission_review.h"
#include "countersign/net/http_transport.h"
#include "countersign/registry/credential_provider.h"

namespace countersign::app {

struct RemoteSetup;

class CredentialSource {  // of one registry; thread-safe
 public:
  virtual ~CredentialSource() = default;
  // When all of the registry's configuration was read: may refuse it, and may set what goes with
  // such credentials. Reason::BadConfig.
  [[nodiscard]] virtual Result<void> fit(RemoteSetup&) { return {}; }
  // Before the first image: what the source itself contacts is made here, not when the
  // configuration is read. Reason::BadConfig.
  struct Means {  // borrowed; outlive the source
    log::Logger& logger;
    net::HttpTransport& http;  // the registry's own
  };
  [[nodiscard]] virtual Result<void> start(const Means&) { return {}; }
  // Asks nobody: what a provider has to find out, it finds out when it is asked.
  virtual std::shared_ptr<registry::CredentialProvider> provider_for(const kube::Puller&) = 0;
  // Fetches what soon ends, so that no image waits for it. The error of what could not be had.
  virtual Result<void> renew(Deadline) { return {}; }
  // The same kind for a registry of a family, of which this one is never started. Unless a source
  // says otherwise, its credentials are one registry's own: Reason::BadConfig.
  [[nodiscard]] virtual Result<std::unique_ptr<CredentialSource>> for_member() const;
};

// The same for every puller.
std::unique_ptr<CredentialSource> one_for_all(std::shared_ptr<registry::CredentialProvider>);

}  // namespace countersign::app

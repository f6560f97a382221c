// SPDX-License-Identifier: Apache-2.0
// The credentials that a node would pull a pod's images with: the pod's pull secrets, or those of
// its service account when it names none, joined by the kubelet's rules (registry/keyring.h).
//
// A secret that is not there, or can't be used, is skipped, as the kubelet does, and logged once a
// version. When the API server can't be asked there are no credentials, and no anonymous try: an
// Error of ApiClient. A secret or service account is remembered for limits::kPullSecretLife, one
// that is not there for limits::kAbsentSecretLife.
#pragma once
#include <memory>

#include "countersign/base/clock.h"
#include "countersign/base/log.h"
#include "countersign/cluster/api_client.h"
#include "countersign/kube/admission_review.h"
#include "countersign/registry/credential_provider.h"

namespace countersign::cluster {

// For who has no pod, as `verify`: Reason::BadConfig.
std::shared_ptr<registry::CredentialProvider> no_pod();

class PullSecrets {  // thread-safe
 public:
  // All borrowed; outlive it and its providers.
  PullSecrets(ApiClient&, const Clock&, log::Logger&);
  ~PullSecrets();
  PullSecrets(const PullSecrets&) = delete;
  PullSecrets& operator=(const PullSecrets&) = delete;

  // Asks nobody; its provider does. The owner of credentials is a hash of the namespace and of the
  // credentials themselves; nobody where none matches the image, which is then asked for as anybody
  // may. Without a namespace it is no_pod().
  std::shared_ptr<registry::CredentialProvider> provider_for(const kube::Puller&);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace countersign::cluster

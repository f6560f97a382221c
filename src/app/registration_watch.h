// SPDX-License-Identifier: Apache-2.0
// Looks now and then whether the API server still asks us, and says so when a pod could come in
// unjudged (docs/operation.md). It changes nothing and denies nothing.
#pragma once
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "countersign/base/clock.h"
#include "countersign/base/log.h"
#include "countersign/cluster/api_client.h"
#include "countersign/cluster/resource.h"
#include "countersign/cluster/webhook_registration.h"

#include "app/cluster_access.h"
#include "app/periodic.h"

namespace countersign::app {

class RegistrationWatch {
 public:
  // Client, clock and logger are borrowed. The resource is a ValidatingWebhookConfiguration.
  RegistrationWatch(cluster::Resource, cluster::ApiClient&, const Clock&, log::Logger&);
  // Reason::BadConfig: not in a cluster.
  [[nodiscard]] static Result<std::unique_ptr<RegistrationWatch>> create(const cluster::Resource&,
                                                                         ClusterAccess&,
                                                                         const Clock&,
                                                                         log::Logger&);
  ~RegistrationWatch() { stop(); }
  RegistrationWatch(const RegistrationWatch&) = delete;
  RegistrationWatch& operator=(const RegistrationWatch&) = delete;

  void look();    // once; from one thread at a time
  void follow();  // now and every limits::kRegistrationLook, in a thread of its own
  void stop();    // waits for a look that has begun

  struct Status {
    // As it was found last; none: it never was, or it may not be read.
    std::optional<cluster::WebhookRegistration> found = {};
    std::string trouble = {};  // of the last look; empty: none
  };
  Status status() const;     // from any thread
  std::string text() const;  // lines for /readyz?verbose

 private:
  void learn(cluster::WebhookRegistration);
  void fail_to_look(const Error&);
  void say(const cluster::WebhookRegistration&);

  const cluster::Resource resource_;
  cluster::ApiClient& api_;
  const Clock& clock_;
  log::Logger& logger_;
  std::optional<Tick> said_;  // what was found, in the log
  mutable std::mutex mutex_;
  Status status_;
  std::unique_ptr<Periodic> looks_;
};

}  // namespace countersign::app

// SPDX-License-Identifier: Apache-2.0
// The running webhook: application, front and admin endpoint.
#pragma once
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "countersign/server/admin.h"
#include "countersign/server/front.h"
#include "countersign/server/metrics.h"

#include "app/application.h"
#include "app/config.h"
#include "app/periodic.h"
#include "app/registry_observer.h"
#include "app/webhook.h"

namespace countersign::app {

class Service {
 public:
  // Loads the trust stores and serves. Reason::BadConfig, with file, line and column of what can't
  // be used. Clock and logger are borrowed.
  [[nodiscard]] static Result<std::unique_ptr<Service>> start(const ServerSetup&, Setup,
                                                              const Clock&, log::Logger&);

  std::uint16_t port() const { return front_->port(); }
  std::uint16_t admin_port() const { return admin_->port(); }

  // The serving certificate and the trust stores again; what can't be used leaves the old in place.
  void reload();
  // Not ready, no new connections, finish what has begun.
  void drain();

 private:
  struct Watch {  // what is counted; the application tells it, so it is there before and after it
    Watch(log::Logger& logger, Hosts hosts) : registries(metrics, logger, std::move(hosts)) {}
    server::Metrics metrics;
    RegistryObserver registries;
  };
  Service(std::unique_ptr<Watch>, std::unique_ptr<Application>, const Clock&, log::Logger&);
  Result<void> listen(const ServerSetup&);
  std::vector<std::string> not_ready() const;
  std::string metrics_page();
  void show_facts();

  const Clock& clock_;
  log::Logger& logger_;
  std::atomic<bool> draining_ = false;
  std::unique_ptr<Watch> watch_;
  std::unique_ptr<Application> application_;
  Webhook webhook_;
  std::unique_ptr<server::Front> front_;
  std::unique_ptr<server::Admin> admin_;
  Periodic refresh_;  // of revocation statuses
};

}  // namespace countersign::app

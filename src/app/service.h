// SPDX-License-Identifier: Apache-2.0
// The running webhook: application, front and admin endpoint.
#pragma once
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "countersign/server/admin.h"
#include "countersign/server/front.h"
#include "countersign/server/metrics.h"

#include "app/application.h"
#include "app/config.h"
#include "app/expiry_notices.h"
#include "app/periodic.h"
#include "app/registry_observer.h"
#include "app/trust_refresher.h"
#include "app/webhook.h"

namespace countersign::app {

class Service {
 public:
  // Loads the trust stores in files and serves; those that are fetched follow, and until then the
  // service is not ready. Reason::BadConfig, with file, line and column of what can't
  // be used. Clock and logger are borrowed.
  [[nodiscard]] static Result<std::unique_ptr<Service>> start(const ServerSetup&, Setup,
                                                              const Clock&, log::Logger&);

  std::uint16_t port() const { return front_->port(); }
  std::uint16_t admin_port() const { return admin_->port(); }

  // The serving certificate and the trust stores again; what can't be used leaves the old in place.
  // Stores that are fetched follow; then the log says "reloaded".
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
  std::string details() const;
  void show_facts();
  void show_trust();
  void keep_fresh();
  void end_reload(bool tls);

  const Clock& clock_;
  log::Logger& logger_;
  std::atomic<bool> draining_ = false;
  std::unique_ptr<Watch> watch_;
  std::unique_ptr<Application> application_;
  Webhook webhook_;
  std::unique_ptr<server::Front> front_;
  std::unique_ptr<server::Admin> admin_;
  ExpiryNotices expiry_;
  TrustRefresher trust_;
  Periodic refresh_;        // of revocation statuses
  Periodic credentials_;    // and of what tells who we are
  std::jthread reloading_;  // what of a reload takes time
};

}  // namespace countersign::app

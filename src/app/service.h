// SPDX-License-Identifier: Apache-2.0
// The running webhook: what decides, the way in, and the admin endpoint.
#pragma once
#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "countersign/server/admin.h"
#include "countersign/server/metrics.h"

#include "app/config.h"
#include "app/denial_events.h"
#include "app/entrance.h"
#include "app/expiry_notices.h"
#include "app/periodic.h"
#include "app/provider.h"
#include "app/registration_watch.h"
#include "app/registry_observer.h"
#include "app/reloader.h"
#include "app/routes.h"
#include "app/running.h"
#include "app/webhook.h"

namespace countersign::app {

class Service {
 public:
  // Loads the trust stores in files and serves; those that are fetched follow, and until then the
  // service is not ready. `load` reads the configuration anew. Reason::BadConfig, with file, line
  // and column of what can't be used. Clock and logger are borrowed.
  [[nodiscard]] static Result<std::unique_ptr<Service>> start(Config, LoadConfig load, const Clock&,
                                                              log::Logger&);
  ~Service();

  std::uint16_t port() const { return entrance_->port(); }
  std::uint16_t admin_port() const { return admin_->port(); }
  // Of the external data provider's own listener; 0 without one.
  std::uint16_t provider_port() const { return entrance_->gatekeeper_port(); }

  // Everything that was read is read again, soon; what can't be used leaves the old in place. The
  // log says "reloaded" when stores that are fetched were looked at, too.
  void reload() { reloader_->look_now(); }
  // Not ready from now on; serves as before. Those who send requests shall have time to notice.
  void announce_end();
  // No new connections; finishes what has begun, for so long at most.
  void drain(std::chrono::milliseconds grace);

 private:
  struct Watch {  // what is counted; the application tells it, so it is there before and after it
    Watch(log::Logger& logger, Hosts hosts) : registries(metrics, logger, std::move(hosts)) {}
    server::Metrics metrics;
    RegistryObserver registries;
  };
  Service(std::unique_ptr<Watch>, std::unique_ptr<Application>, std::shared_ptr<ClusterAccess>,
          const Clock&, log::Logger&);
  Result<void> begin(const Config&, LoadConfig load);
  void route(const ServerSetup&);
  Result<void> open(const ServerSetup&);
  Result<void> watch_registration(const ServerSetup&);
  void follow_files(const Config& started, LoadConfig load);
  std::vector<std::string> not_ready() const;
  std::string details() const;
  std::string metrics_page();
  void keep_fresh();
  void reloaded(Reloader::Part, Reloader::Result);

  const Clock& clock_;
  log::Logger& logger_;
  std::atomic<bool> draining_ = false;
  std::unique_ptr<Watch> watch_;
  std::shared_ptr<ClusterAccess> cluster_;
  std::unique_ptr<DenialEvents> events_;  // null: not configured
  Running running_;
  admission::Admitter admitter_;
  std::unique_ptr<Webhook> webhook_;
  std::unique_ptr<Provider> provider_;  // null: not configured
  std::unique_ptr<Routes> routes_;      // of the webhook's listener
  std::unique_ptr<Entrance> entrance_;
  std::unique_ptr<RegistrationWatch> registration_;  // null: not configured
  std::unique_ptr<server::Admin> admin_;             // says what the others know
  ExpiryNotices expiry_;
  std::array<Reloader::Result, 2> reloads_{Reloader::Result::Unchanged,
                                           Reloader::Result::Unchanged};  // the last, by part
  Periodic refresh_;                                                      // of revocation statuses
  Periodic credentials_;  // and of what tells who we are
  std::unique_ptr<Reloader> reloader_;
};

}  // namespace countersign::app

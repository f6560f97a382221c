// SPDX-License-Identifier: Apache-2.0
// Where everything is put together, for the webhook and for the command line alike.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "countersign/admission/admitter.h"
#include "countersign/admission/trust_holder.h"
#include "countersign/admission/worker_pool.h"
#include "countersign/base/clock.h"
#include "countersign/base/log.h"

#include "app/registries.h"
#include "app/revocation.h"
#include "app/setup.h"

namespace countersign::app {

class Application {
 public:
  struct Tools {  // borrowed; outlive the application
    const Clock& clock;
    log::Logger& logger;
    courier::Observer& observer;  // of all exchanges with registries
  };
  // Does not load the trust stores: refresh_trust() does. Reason::BadConfig.
  [[nodiscard]] static Result<std::unique_ptr<Application>> create(Setup, const Tools&);

  const admission::Admitter& admitter() const { return admitter_; }
  admission::WorkerPool& workers() { return workers_; }
  // What the admitter sees, for who looks at one signature at a time.
  const admission::Configuration& configuration() const { return *configuration_; }
  std::shared_ptr<const trust::Snapshot> trust() const { return trust_.snapshot(); }

  void refresh_trust(Deadline deadline) { trust_.refresh(deadline); }
  void refresh_local_trust(Deadline);  // the stores that are not fetched
  admission::TrustHolder& trust_holder() { return trust_; }
  // Why decisions may lack trust stores; empty when all are there.
  std::vector<std::string> trust_problems() const { return trust_.problems(clock_.now()); }
  std::size_t trusted_certificates() const;  // in all stores
  // The stores that could never be loaded because of what is in them, each with its place in the
  // configuration: a mistake, not a mishap.
  std::vector<std::string> broken_stores() const;

  // Fetches tokens and other credentials that are missing or soon end.
  void renew_credentials(Deadline);
  void close_azure();  // gives up what is under way, for a fast end
  const AzureAccess* azure() const { return azure_.get(); }  // null: nothing of it was configured
  Registries& registries() { return *registries_; }

  // Asks again about certificates whose status will soon be stale.
  void refresh_revocation(Deadline deadline) { revocation_->client().refresh(deadline); }
  revocation::Counters revocation_counters() const { return revocation_->client().counters(); }
  admission::EnvelopeCache::Counters envelope_counters() const { return envelopes_->counters(); }
  registry::Facts::Counters fact_counters(registry::Facts::Kind kind) const {
    return facts_->counters(kind);
  }

 private:
  struct Network {
    std::shared_ptr<AzureAccess> azure;
    std::unique_ptr<registry::Facts> facts;
    std::unique_ptr<Registries> registries;
    std::unique_ptr<Revocation> revocation;
  };
  Application(Setup, Network, const Tools&);

  const Clock& clock_;
  std::shared_ptr<AzureAccess> azure_;  // stores and registries use it to their end
  std::vector<std::pair<trust::StoreName, std::string>> places_;  // of the stores
  admission::TrustHolder trust_;
  std::unique_ptr<Revocation> revocation_;
  std::unique_ptr<registry::Facts> facts_;
  Registries* registries_;  // of the configuration
  std::shared_ptr<admission::EnvelopeCache> envelopes_;
  std::shared_ptr<const admission::Configuration> configuration_;  // uses the three above
  admission::Admitter admitter_;
  admission::WorkerPool workers_;  // the last: its end waits for tasks that use the others
};

}  // namespace countersign::app

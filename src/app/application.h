// SPDX-License-Identifier: Apache-2.0
// Where everything is put together, for the webhook and for the command line alike.
//
// One that replaces another takes over the parts whose configuration did not change: connections,
// tokens, what registries said, trusted certificates, answers about revocation.
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
  // Does not load the trust stores: refresh_trust() does. Reason::BadConfig. `before` is the one
  // that this shall replace.
  [[nodiscard]] static Result<std::unique_ptr<Application>> create(
      Setup, const Tools&, const Application* before = nullptr);

  const admission::Admitter& admitter() const { return admitter_; }
  admission::WorkerPool& workers() { return *workers_; }
  // What one review believes. It may outlive the application.
  admission::View view() const;
  // What the admitter sees, for who looks at one signature at a time.
  const admission::Configuration& configuration() const;
  std::shared_ptr<const trust::Snapshot> trust() const { return trust_holder().snapshot(); }
  bool in_use() const;  // by a view that somebody still has
  const Versions& versions() const { return versions_; }

  void refresh_trust(Deadline deadline) { trust_holder().refresh(deadline); }
  void refresh_local_trust(Deadline);  // the stores that are not fetched
  void load_missing_trust(Deadline);   // what was never loaded
  admission::TrustHolder& trust_holder() const;
  // Why decisions may lack trust stores; empty when all are there.
  std::vector<std::string> trust_problems() const { return trust_holder().problems(clock_.now()); }
  std::size_t trusted_certificates() const;  // in all stores
  // The stores that could never be loaded because of what is in them, each with its place in the
  // configuration: a mistake, not a mishap.
  std::vector<std::string> broken_stores() const;
  // All stores that could never be loaded, and why.
  std::vector<std::string> unloaded_stores() const;

  // Fetches tokens and other credentials that are missing or soon end.
  void renew_credentials(Deadline);
  void close_azure();                // gives up what is under way, for a fast end
  const AzureAccess* azure() const;  // null: nothing of it was configured
  Registries& registries();

  // Asks again about certificates whose status will soon be stale.
  void refresh_revocation(Deadline deadline);
  revocation::Counters revocation_counters() const;
  admission::EnvelopeCache::Counters envelope_counters() const;
  registry::Facts::Counters fact_counters(registry::Facts::Kind) const;

 private:
  struct Network {  // what stands below uses what stands above it
    std::shared_ptr<AzureAccess> azure;
    std::shared_ptr<ClusterAccess> cluster;
    std::shared_ptr<admission::TrustHolder> trust;
    std::shared_ptr<registry::Facts> facts;
    std::shared_ptr<Registries> registries;
  };
  struct Assembly {  // lives as long as the last view on it
    std::shared_ptr<Network> network;
    std::shared_ptr<Revocation> revocation;
    std::shared_ptr<admission::EnvelopeCache> envelopes;
    admission::Configuration configuration;  // uses them
  };
  struct Place {
    trust::StoreName name;
    std::string where;
    Version version;
  };
  Application(Versions, std::vector<Place>, std::shared_ptr<const Assembly>,
              std::shared_ptr<admission::WorkerPool>, const Tools&);
  static Result<std::shared_ptr<Network>> make_network(Setup&, const std::vector<Place>&,
                                                       const Tools&, const Application* before);
  static std::vector<Place> places(const Setup&);
  void adopt_stores(const std::vector<Place>& wanted, admission::TrustHolder& by) const;

  const Clock& clock_;
  Versions versions_;
  std::vector<Place> places_;  // of the stores
  std::shared_ptr<const Assembly> assembly_;
  std::shared_ptr<admission::WorkerPool> workers_;  // its end waits for tasks that use the others
  admission::Admitter admitter_;
};

}  // namespace countersign::app

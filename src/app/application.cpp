// SPDX-License-Identifier: Apache-2.0
#include "app/application.h"

#include <algorithm>
#include <utility>

#include "countersign/base/limits.h"

#include "app/namespace_labels.h"

namespace countersign::app {
namespace {

std::vector<admission::StoreSource> sources(std::vector<StoreSetup> stores) {
  std::vector<admission::StoreSource> sources;
  for (auto& each : stores) {
    sources.push_back(std::move(each.store));
  }
  return sources;
}

std::vector<admission::Verification> verifications(
    const std::vector<VerificationSetup>& setups, admission::RevocationChecker& checker,
    const std::shared_ptr<admission::EnvelopeCache>& envelopes) {
  std::vector<admission::Verification> made;
  for (const auto& each : setups) {
    made.push_back({each.name, each.plan->make(checker, envelopes)});
  }
  return made;
}

bool need_labels(const policy::Rules& rules) {
  return rules.break_glass() || std::ranges::any_of(rules.rules(), [](const policy::Rule& rule) {
           return !rule.selector.empty();
         });
}

// Null where nobody needs them, or nobody can be asked: then what needs them is denied.
std::shared_ptr<admission::Namespaces> labels_for(const policy::Rules& rules,
                                                  const std::shared_ptr<ClusterAccess>& cluster,
                                                  const Application::Tools& tools) {
  if (!need_labels(rules) || !cluster) {
    return nullptr;
  }
  auto labels = NamespaceLabels::create(*cluster, tools.clock);
  if (!labels) {
    tools.logger.error("rules need the labels of namespaces, and nobody can be asked for them",
                       {{"detail", labels.error().detail}});
    return nullptr;
  }
  return std::move(*labels);
}

bool is_a_mistake(const Error& failure) {
  return failure.reason == Reason::BadConfig || failure.reason == Reason::TrustStoreEmpty;
}

}  // namespace

Result<std::unique_ptr<Application>> Application::create(Setup setup, const Tools& tools,
                                                         const Application* before) {
  const auto* const old = before == nullptr ? nullptr : before->assembly_.get();
  auto stores = places(setup);
  auto assembly = std::make_shared<Assembly>();
  if (old != nullptr && before->versions_.network == setup.versions.network) {
    assembly->network = old->network;
  } else {
    TRY(assembly->network, make_network(setup, stores, tools, before));
  }
  if (old != nullptr && before->versions_.revocation == setup.versions.revocation) {
    assembly->revocation = old->revocation;
  } else {
    TRY(assembly->revocation,
        Revocation::create(std::move(setup.revocation), tools.clock, tools.logger));
  }
  assembly->envelopes =
      old != nullptr ? old->envelopes : std::make_shared<admission::EnvelopeCache>();
  assembly->configuration = {
      .rules = std::move(setup.rules),
      .verifications =
          verifications(setup.verifications, assembly->revocation->checker(), assembly->envelopes),
      .repositories = assembly->network->registries,
      .workloads = std::move(setup.workloads),
      .namespaces = std::move(setup.namespaces)};
  if (!assembly->configuration.namespaces) {
    assembly->configuration.namespaces =
        labels_for(assembly->configuration.rules, assembly->network->cluster, tools);
  }
  auto workers = before != nullptr ? before->workers_
                                   : std::make_shared<admission::WorkerPool>(
                                         limits::kWorkers, limits::kQueuedReviews);
  return std::unique_ptr<Application>(new Application(
      setup.versions, std::move(stores), std::move(assembly), std::move(workers), tools));
}

Result<std::shared_ptr<Application::Network>> Application::make_network(
    Setup& setup, const std::vector<Place>& stores, const Tools& tools, const Application* before) {
  auto network = std::make_shared<Network>();
  network->azure = setup.azure;
  network->cluster = setup.cluster;
  network->trust = std::make_shared<admission::TrustHolder>(sources(std::move(setup.stores)),
                                                            tools.clock, tools.logger);
  const bool same_registries =
      before != nullptr && before->versions_.registries == setup.versions.registries;
  network->facts = same_registries ? before->assembly_->network->facts
                                   : std::make_shared<registry::Facts>(tools.clock);
  Setup reach;
  reach.azure = setup.azure;
  reach.registries = std::move(setup.registries);
  TRY(network->registries, Registries::create(std::move(reach), {.facts = *network->facts,
                                                                 .observer = tools.observer,
                                                                 .logger = tools.logger,
                                                                 .clock = tools.clock}));
  if (before != nullptr) {
    before->adopt_stores(stores, *network->trust);
  }
  return network;
}

Application::Application(Versions versions, std::vector<Place> stores,
                         std::shared_ptr<const Assembly> assembly,
                         std::shared_ptr<admission::WorkerPool> workers, const Tools& tools)
    : clock_(tools.clock),
      versions_(versions),
      places_(std::move(stores)),
      assembly_(std::move(assembly)),
      workers_(std::move(workers)),
      admitter_({.clock = clock_, .workers = *workers_, .view = [this] { return view(); }}) {}

std::vector<Application::Place> Application::places(const Setup& setup) {
  std::vector<Place> places;
  for (const auto& each : setup.stores) {
    places.push_back({each.store.name, each.where, each.version});
  }
  return places;
}

// A store that is still what it was keeps its certificates and their ages.
void Application::adopt_stores(const std::vector<Place>& wanted, admission::TrustHolder& by) const {
  for (const auto& mine : places_) {
    const bool same = std::ranges::any_of(wanted, [&mine](const Place& each) {
      return each.name == mine.name && each.version == mine.version;
    });
    if (same) {
      by.adopt(mine.name, trust_holder());
    }
  }
}

admission::View Application::view() const {
  return {{assembly_, &assembly_->configuration}, trust_holder().snapshot()};
}

const admission::Configuration& Application::configuration() const {
  return assembly_->configuration;
}

bool Application::in_use() const { return assembly_.use_count() > 1; }

admission::TrustHolder& Application::trust_holder() const { return *assembly_->network->trust; }

void Application::refresh_local_trust(Deadline deadline) {
  auto& holder = trust_holder();
  for (std::size_t store = 0; store < holder.size(); ++store) {
    if (!holder.at(store).refresh) {
      holder.refresh(store, deadline);
    }
  }
}

void Application::load_missing_trust(Deadline deadline) {
  auto& holder = trust_holder();
  for (std::size_t store = 0; store < holder.size(); ++store) {
    if (!holder.was_loaded(store)) {
      holder.refresh(store, deadline);
    }
  }
}

void Application::renew_credentials(Deadline deadline) {
  const auto& network = *assembly_->network;
  if (network.azure) {
    network.azure->renew(deadline);
  }
  network.registries->renew(deadline);
}

void Application::close_azure() {
  if (assembly_->network->azure) {
    assembly_->network->azure->close();
  }
}

const AzureAccess* Application::azure() const { return assembly_->network->azure.get(); }
Registries& Application::registries() { return *assembly_->network->registries; }

void Application::refresh_revocation(Deadline deadline) {
  assembly_->revocation->client().refresh(deadline);
}

revocation::Counters Application::revocation_counters() const {
  return assembly_->revocation->client().counters();
}

admission::EnvelopeCache::Counters Application::envelope_counters() const {
  return assembly_->envelopes->counters();
}

registry::Facts::Counters Application::fact_counters(registry::Facts::Kind kind) const {
  return assembly_->network->facts->counters(kind);
}

std::size_t Application::trusted_certificates() const {
  std::size_t count = 0;
  for (const auto& [name, store] : trust()->stores()) {
    count += store.certificates(clock_.now()).size();
  }
  return count;
}

std::vector<std::string> Application::broken_stores() const {
  std::vector<std::string> broken;
  const auto snapshot = trust();
  for (const auto& place : places_) {
    const auto store = snapshot->stores().find(place.name);
    if (store == snapshot->stores().end()) {
      continue;
    }
    for (const auto& holding : store->second.holdings()) {
      if (holding.failure && !holding.loaded_at && is_a_mistake(*holding.failure)) {
        broken.push_back(place.where + ": trust store " + place.name.text() + ": " +
                         holding.failure->detail);
      }
    }
  }
  return broken;
}

std::vector<std::string> Application::unloaded_stores() const {
  std::vector<std::string> unloaded;
  const auto& holder = trust_holder();
  for (std::size_t store = 0; store < holder.size(); ++store) {
    if (!holder.was_loaded(store)) {
      unloaded.push_back("trust store " + holder.at(store).name.text() +
                         " could not be loaded yet");
    }
  }
  return unloaded;
}

}  // namespace countersign::app

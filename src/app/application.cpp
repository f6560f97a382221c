// SPDX-License-Identifier: Apache-2.0
#include "app/application.h"

#include <utility>

#include "countersign/base/limits.h"

namespace countersign::app {
namespace {

std::vector<std::pair<trust::StoreName, std::string>> places(const Setup& setup) {
  std::vector<std::pair<trust::StoreName, std::string>> places;
  for (const auto& each : setup.stores) {
    places.emplace_back(each.store.name, each.where);
  }
  return places;
}

std::vector<admission::StoreSource> sources(std::vector<StoreSetup> stores) {
  std::vector<admission::StoreSource> sources;
  for (auto& each : stores) {
    sources.push_back(std::move(each.store));
  }
  return sources;
}

bool is_a_mistake(const Error& failure) {
  return failure.reason == Reason::BadConfig || failure.reason == Reason::TrustStoreEmpty;
}

}  // namespace

Result<std::unique_ptr<Application>> Application::create(Setup setup, const Tools& tools) {
  Network network;
  network.azure = setup.azure;
  network.facts = std::make_unique<registry::Facts>(tools.clock);
  Setup reach;
  reach.azure = setup.azure;
  reach.registries = std::move(setup.registries);
  TRY(network.registries, Registries::create(std::move(reach), {.facts = *network.facts,
                                                                .observer = tools.observer,
                                                                .logger = tools.logger,
                                                                .clock = tools.clock}));
  TRY(network.revocation,
      Revocation::create(std::move(setup.revocation), tools.clock, tools.logger));
  return std::unique_ptr<Application>(new Application(std::move(setup), std::move(network), tools));
}

Application::Application(Setup setup, Network network, const Tools& tools)
    : clock_(tools.clock),
      azure_(std::move(network.azure)),
      places_(places(setup)),
      trust_(sources(std::move(setup.stores)), tools.clock, tools.logger),
      revocation_(std::move(network.revocation)),
      facts_(std::move(network.facts)),
      registries_(network.registries.get()),
      envelopes_(std::make_shared<admission::EnvelopeCache>()),
      configuration_(std::make_shared<const admission::Configuration>(admission::Configuration{
          std::move(setup.rules), setup.verifier->make(revocation_->checker(), envelopes_),
          std::move(network.registries)})),
      admitter_({.clock = clock_,
                 .workers = workers_,
                 .configuration = [this] { return configuration_; },
                 .trust = [this] { return trust_.snapshot(); }}),
      workers_(limits::kWorkers, limits::kQueuedReviews) {}

void Application::refresh_local_trust(Deadline deadline) {
  for (std::size_t store = 0; store < trust_.size(); ++store) {
    if (!trust_.at(store).refresh) {
      trust_.refresh(store, deadline);
    }
  }
}

void Application::renew_credentials(Deadline deadline) {
  if (azure_) {
    azure_->renew(deadline);
  }
  registries_->renew(deadline);
}

void Application::close_azure() {
  if (azure_) {
    azure_->close();
  }
}

std::size_t Application::trusted_certificates() const {
  std::size_t count = 0;
  for (const auto& [name, store] : trust_.snapshot()->stores()) {
    count += store.certificates(clock_.now()).size();
  }
  return count;
}

std::vector<std::string> Application::broken_stores() const {
  std::vector<std::string> broken;
  const auto snapshot = trust_.snapshot();
  for (const auto& [name, where] : places_) {
    const auto store = snapshot->stores().find(name);
    if (store == snapshot->stores().end()) {
      continue;
    }
    for (const auto& holding : store->second.holdings()) {
      if (holding.failure && !holding.loaded_at && is_a_mistake(*holding.failure)) {
        broken.push_back(where + ": trust store " + name.text() + ": " + holding.failure->detail);
      }
    }
  }
  return broken;
}

}  // namespace countersign::app

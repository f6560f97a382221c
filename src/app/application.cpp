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

Result<void> start_credentials(const RemoteSetup& setup, log::Logger& logger) {
  const auto started = setup.credentials ? setup.credentials->start(logger) : Result<void>();
  return started ? started
                 : fail(started.error().reason,
                        setup.where + ": credentials: " + started.error().detail);
}

Result<void> start_credentials(const std::vector<RegistrySetup>& setups, log::Logger& logger) {
  for (const auto& setup : setups) {
    TRY_VOID(start_credentials(setup, logger));
    for (const auto& mirror : setup.mirrors) {
      TRY_VOID(start_credentials(mirror, logger));
    }
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Application>> Application::create(Setup setup, const Tools& tools) {
  TRY_VOID(start_credentials(setup.registries, tools.logger));
  Network network;
  network.facts = std::make_unique<registry::Facts>(tools.clock);
  TRY(network.registries,
      Registries::create(
          std::move(setup.registries),
          {.facts = *network.facts, .observer = tools.observer, .clock = tools.clock}));
  TRY(network.revocation,
      Revocation::create(std::move(setup.revocation), tools.clock, tools.logger));
  return std::unique_ptr<Application>(new Application(std::move(setup), std::move(network), tools));
}

Application::Application(Setup setup, Network network, const Tools& tools)
    : clock_(tools.clock),
      places_(places(setup)),
      trust_(sources(std::move(setup.stores)), tools.clock, tools.logger),
      revocation_(std::move(network.revocation)),
      facts_(std::move(network.facts)),
      envelopes_(std::make_shared<admission::EnvelopeCache>()),
      configuration_(std::make_shared<const admission::Configuration>(admission::Configuration{
          std::move(setup.rules), setup.verifier->make(revocation_->checker(), envelopes_),
          std::move(network.registries)})),
      admitter_({.clock = clock_,
                 .workers = workers_,
                 .configuration = [this] { return configuration_; },
                 .trust = [this] { return trust_.snapshot(); }}),
      workers_(limits::kWorkers, limits::kQueuedReviews) {}

std::size_t Application::trusted_certificates() const {
  std::size_t count = 0;
  for (const auto& [name, store] : trust_.snapshot()->stores()) {
    count += store.certificates.size();
  }
  return count;
}

std::vector<std::string> Application::broken_stores() const {
  std::vector<std::string> broken;
  const auto snapshot = trust_.snapshot();
  for (const auto& [name, where] : places_) {
    const auto store = snapshot->stores().find(name);
    if (store == snapshot->stores().end() || !store->second.failure) {
      continue;
    }
    const auto& failure = *store->second.failure;
    if (failure.reason == Reason::BadConfig || failure.reason == Reason::TrustStoreEmpty) {
      broken.push_back(where + ": trust store " + name.text() + ": " + failure.detail);
    }
  }
  return broken;
}

}  // namespace countersign::app

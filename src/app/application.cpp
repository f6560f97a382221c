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

}  // namespace

Result<std::unique_ptr<Application>> Application::create(Setup setup, const Clock& clock,
                                                         log::Logger& logger) {
  TRY(auto registries, Registries::create(std::move(setup.registries), clock));
  TRY(auto revocation, Revocation::create(std::move(setup.revocation), clock, logger));
  return std::unique_ptr<Application>(new Application(std::move(setup), std::move(registries),
                                                      std::move(revocation), clock, logger));
}

Application::Application(Setup setup, std::unique_ptr<Registries> registries,
                         std::unique_ptr<Revocation> revocation, const Clock& clock,
                         log::Logger& logger)
    : clock_(clock),
      places_(places(setup)),
      trust_(sources(std::move(setup.stores)), clock, logger),
      revocation_(std::move(revocation)),
      envelopes_(std::make_shared<admission::EnvelopeCache>()),
      configuration_(std::make_shared<const admission::Configuration>(admission::Configuration{
          std::move(setup.rules), setup.verifier->make(revocation_->checker(), envelopes_),
          std::move(registries)})),
      admitter_({.clock = clock,
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

// SPDX-License-Identifier: Apache-2.0
#include "app/registry_observer.h"

#include <mutex>

namespace countersign::app {
namespace {

using server::Metrics;

Metrics::RegistryBreaker counted(courier::Observer::Breaker state) {
  switch (state) {
    case courier::Observer::Breaker::Open:
      return Metrics::RegistryBreaker::Open;
    case courier::Observer::Breaker::Trying:
      return Metrics::RegistryBreaker::Trying;
    case courier::Observer::Breaker::Closed:
      return Metrics::RegistryBreaker::Closed;
  }
  return Metrics::RegistryBreaker::Open;
}

void log_breaker(log::Logger& logger, std::string_view host, courier::Observer::Breaker state) {
  switch (state) {
    case courier::Observer::Breaker::Open:
      logger.warning("a registry fails again and again and is left alone", {{"host", host}});
      break;
    case courier::Observer::Breaker::Trying:
      logger.debug("one request tries whether a registry is back", {{"host", host}});
      break;
    case courier::Observer::Breaker::Closed:
      logger.info("a registry is back", {{"host", host}});
      break;
  }
}

}  // namespace

void RegistryObserver::know(const std::set<std::string, std::less<>>& more) {
  const std::unique_lock lock(mutex_);
  hosts_.insert(more.begin(), more.end());
}

std::string RegistryObserver::label_of(std::string_view host) const {
  if (knows(host)) {
    return std::string(host);
  }
  const auto dot = host.find('.');
  const auto family = dot == std::string_view::npos ? "" : "*" + std::string(host.substr(dot));
  return knows(family) ? family : "other";
}

void RegistryObserver::exchanged(const courier::Exchange& exchange) {
  metrics_.registry_exchanged({.host = label_of(exchange.host),
                               .kind = exchange.kind,
                               .status = exchange.status,
                               .again = exchange.again,
                               .took = exchange.took,
                               .bytes = exchange.bytes});
}

// Of several hosts at once a state or a count would say nothing: those that are not known have
// none.
void RegistryObserver::breaker(std::string_view host, Breaker state) {
  log_breaker(logger_, host, state);
  if (knows(host)) {
    metrics_.registry_breaker(host, counted(state));
  }
}

void RegistryObserver::warned(std::string_view host, std::string_view text) {
  logger_.warning("a registry warns", {{"host", host}, {"text", text}});
}

void RegistryObserver::pulls_left(std::string_view host, std::size_t count) {
  if (knows(host)) {
    metrics_.registry_pulls_left(host, count);
  }
}

}  // namespace countersign::app

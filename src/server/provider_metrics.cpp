// SPDX-License-Identifier: Apache-2.0
#include "server/provider_metrics.h"

#include <string>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

namespace countersign::server {
namespace {

std::string label(Metrics::ProviderRequest outcome) {
  switch (outcome) {
    case Metrics::ProviderRequest::Unreadable:
      return "unreadable";
    case Metrics::ProviderRequest::Overloaded:
      return "overloaded";
    case Metrics::ProviderRequest::Answered:
      return "answered";
  }
  return "unreadable";
}

std::string label(Metrics::ProviderKey outcome) {
  switch (outcome) {
    case Metrics::ProviderKey::Refused:
      return "refused";
    case Metrics::ProviderKey::Unreadable:
      return "unreadable";
    case Metrics::ProviderKey::Undecided:
      return "undecided";
    case Metrics::ProviderKey::Warned:
      return "warned";
    case Metrics::ProviderKey::Accepted:
      return "accepted";
  }
  return "refused";
}

// From a warm answer to Gatekeeper's own deadline.
prometheus::Histogram::BucketBoundaries buckets() {
  return {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0};
}

template <class Builder>
auto& family(Builder builder, const char* name, const char* help, prometheus::Registry& registry) {
  return builder.Name(name).Help(help).Register(registry);
}

}  // namespace

ProviderMetrics::ProviderMetrics(prometheus::Registry& registry)
    : requests_(family(prometheus::BuildCounter(), "countersign_provider_requests_total",
                       "Requests of Gatekeeper by outcome", registry)),
      keys_(family(prometheus::BuildCounter(), "countersign_provider_keys_total",
                   "Keys of these requests by outcome and reason", registry)),
      durations_(family(prometheus::BuildHistogram(),
                        "countersign_provider_request_duration_seconds",
                        "From the first byte of a request to its answer", registry)) {}

void ProviderMetrics::request(Metrics::ProviderRequest outcome, std::chrono::nanoseconds took) {
  requests_.Add({{"outcome", label(outcome)}}).Increment();
  durations_.Add({{"outcome", label(outcome)}}, buckets())
      .Observe(std::chrono::duration<double>(took).count());
}

void ProviderMetrics::key(Metrics::ProviderKey outcome, Reason reason) {
  const bool accepted = outcome == Metrics::ProviderKey::Accepted;
  keys_
      .Add({{"outcome", label(outcome)},
            {"reason", accepted ? "NONE" : std::string(wire_name(reason))}})
      .Increment();
}

}  // namespace countersign::server

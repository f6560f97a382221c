// SPDX-License-Identifier: Apache-2.0
#include "server/registry_metrics.h"

#include <algorithm>
#include <array>
#include <string>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

namespace countersign::server {
namespace {

constexpr std::array<std::string_view, 7> kKinds{"manifest", "tag",     "referrers", "referrersTag",
                                                 "blob",     "storage", "token"};

// Those that mean something of their own.
constexpr std::array kStatuses{200, 401, 403, 404, 429};

std::string kind_label(std::string_view kind) {
  return std::string(std::ranges::find(kKinds, kind) != kKinds.end() ? kind : "other");
}

std::string status_label(int status) {
  if (status == 0) {
    return "error";
  }
  if (std::ranges::find(kStatuses, status) != kStatuses.end()) {
    return std::to_string(status);
  }
  return status >= 200 && status <= 599 ? std::to_string(status / 100) + "xx" : "other";
}

// From a registry next door to the end of an exchange's time.
prometheus::Histogram::BucketBoundaries buckets() {
  return {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0};
}

double number(Metrics::RegistryBreaker state) {
  switch (state) {
    case Metrics::RegistryBreaker::Closed:
      return 0;
    case Metrics::RegistryBreaker::Trying:
      return 1;
    case Metrics::RegistryBreaker::Open:
      return 2;
  }
  return 2;
}

template <class Builder>
auto& family(Builder builder, const char* name, const char* help, prometheus::Registry& registry) {
  return builder.Name(name).Help(help).Register(registry);
}

}  // namespace

RegistryMetrics::RegistryMetrics(prometheus::Registry& registry)
    : requests_(family(prometheus::BuildCounter(), "countersign_registry_requests_total",
                       "Requests to registries, their token servers and storage, by outcome",
                       registry)),
      retries_(family(prometheus::BuildCounter(), "countersign_registry_retries_total",
                      "Those of them that were sent again", registry)),
      bytes_(family(prometheus::BuildCounter(), "countersign_registry_received_bytes_total",
                    "Bytes of their answers", registry)),
      durations_(family(prometheus::BuildHistogram(),
                        "countersign_registry_request_duration_seconds",
                        "Until the batch that a request was sent in was answered", registry)),
      breakers_(family(prometheus::BuildGauge(), "countersign_registry_breaker",
                       "0: requests are sent, 1: one tries, 2: the host is left alone", registry)),
      pulls_left_(family(prometheus::BuildGauge(), "countersign_registry_pulls_left",
                         "What the registry last said of our limit", registry)) {}

void RegistryMetrics::exchanged(const Metrics::RegistryExchange& exchange) {
  const std::string host(exchange.host);
  const auto kind = kind_label(exchange.kind);
  requests_.Add({{"host", host}, {"kind", kind}, {"status", status_label(exchange.status)}})
      .Increment();
  auto& retries = retries_.Add({{"host", host}});  // from the start, so that a rate has a zero
  if (exchange.again) {
    retries.Increment();
  }
  bytes_.Add({{"host", host}}).Increment(static_cast<double>(exchange.bytes));
  durations_.Add({{"kind", kind}}, buckets())
      .Observe(std::chrono::duration<double>(exchange.took).count());
}

void RegistryMetrics::breaker(std::string_view host, Metrics::RegistryBreaker state) {
  breakers_.Add({{"host", std::string(host)}}).Set(number(state));
}

void RegistryMetrics::pulls_left(std::string_view host, double count) {
  pulls_left_.Add({{"host", std::string(host)}}).Set(count);
}

}  // namespace countersign::server

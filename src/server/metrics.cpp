// SPDX-License-Identifier: Apache-2.0
#include "countersign/server/metrics.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <string>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "server/registry_metrics.h"
#include "server/trust_metrics.h"

namespace countersign::server {
namespace {

struct GaugeRow {
  std::string_view name;
  std::string_view help;
};

constexpr std::array kGauges{
    GaugeRow{"countersign_ready", "1 when /readyz says so"},
    GaugeRow{"countersign_serving_certificate_not_after_seconds",
             "End of the serving certificate's validity, in seconds since 1970"},
    GaugeRow{"countersign_config_last_reload_successful", "0 while a bad new file is refused"},
    GaugeRow{"countersign_connections_open", "Open connections of the front"},
    GaugeRow{"countersign_connections_accepted", "Connections accepted since the start"},
    GaugeRow{"countersign_connections_refused", "Connections over the limit since the start"},
    GaugeRow{"countersign_handshake_failures", "Failed TLS handshakes since the start"},
    GaugeRow{"countersign_front_requests", "Requests read to their end since the start"},
    GaugeRow{"countersign_queued_reviews", "Reviews that wait for a worker"},
    GaugeRow{"countersign_trust_certificates", "Certificates in all trust stores"},
    GaugeRow{"countersign_envelopes_opened", "Envelopes read and their signatures checked"},
    GaugeRow{"countersign_envelopes_known", "Envelopes that were in the cache"},
    GaugeRow{"countersign_envelopes_shared", "Envelopes that another decision was opening"},
    GaugeRow{"countersign_envelopes_cached_bytes", "Opened envelopes in memory"},
    GaugeRow{"countersign_revocation_requests",
             "Requests to OCSP responders and CRL servers since the start"},
    GaugeRow{"countersign_revocation_failures", "Those of them without a valid answer"},
    GaugeRow{"countersign_revocation_cached_statuses", "Certificates whose status is remembered"},
    GaugeRow{"countersign_revocation_cached_bytes", "Revocation lists in memory"},
    GaugeRow{"countersign_registry_facts_looked_up", "Facts that a registry was asked for"},
    GaugeRow{"countersign_registry_facts_known", "Facts that were remembered"},
    GaugeRow{"countersign_registry_facts_shared", "Facts that another decision was asking for"},
    GaugeRow{"countersign_registry_facts_cached_bytes", "Facts in memory"},
};

// Of what is remembered of registries.
constexpr std::array<std::string_view, 4> kFacts{"manifest", "tag", "referrers", "content"};

// What the front answers itself; everything else counts as "other".
constexpr std::array kStatuses{400, 404, 405, 411, 413, 415, 417, 431, 500, 503};

constexpr std::array kDecisions{Metrics::Decision::Denied, Metrics::Decision::Allowed,
                                Metrics::Decision::Warned};

std::string_view label(Metrics::Decision decision) {
  switch (decision) {
    case Metrics::Decision::Denied:
      return "denied";
    case Metrics::Decision::Allowed:
      return "allowed";
    case Metrics::Decision::Warned:
      return "warned";
  }
  return "denied";
}

// From a warm decision to the API server's default deadline.
prometheus::Histogram::BucketBoundaries buckets() {
  return {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0};
}

prometheus::Family<prometheus::Counter>& counters(prometheus::Registry& registry,
                                                  std::string_view name, std::string_view help) {
  return prometheus::BuildCounter()
      .Name(std::string(name))
      .Help(std::string(help))
      .Register(registry);
}

}  // namespace

// Every counter but those of registries exists from the start, so that a rate has a zero to begin
// with; and the maps are never written again, so that reading them needs no lock.
struct Metrics::Impl {
  using Counter = prometheus::Counter;

  Impl();
  prometheus::Family<prometheus::Gauge>& gauge(std::string_view name);

  prometheus::Registry registry;
  RegistryMetrics registries{registry};
  TrustMetrics trust{registry};
  std::map<std::pair<Decision, Reason>, Counter*> decisions;
  std::map<Decision, prometheus::Histogram*> durations;
  std::map<int, Counter*> rejected;
  Counter* notes = nullptr;
  Counter* rejected_other = nullptr;
  Counter* reload_successes = nullptr;
  Counter* reload_failures = nullptr;

 private:
  void add_decisions();
  void add_rejections();
};

Metrics::Impl::Impl() {
  add_decisions();
  add_rejections();
  notes =
      &counters(registry, "countersign_logged_checks_total",
                "Checks of accepted signatures that failed under action log, or deserve a warning")
           .Add({});
  auto& reloads = counters(registry, "countersign_config_reloads_total",
                           "Reloads of configuration, certificates and trust files");
  reload_successes = &reloads.Add({{"result", "success"}});
  reload_failures = &reloads.Add({{"result", "failure"}});
}

void Metrics::Impl::add_decisions() {
  auto& family = counters(registry, "countersign_decisions_total",
                          "Answered reviews by decision and first reason");
  auto& times = prometheus::BuildHistogram()
                    .Name("countersign_decision_duration_seconds")
                    .Help("From the first byte of a review to its answer")
                    .Register(registry);
  for (const auto decision : kDecisions) {
    const std::string name(label(decision));
    durations[decision] = &times.Add({{"decision", name}}, buckets());
    for (const auto reason : all_reasons()) {
      // An allowed image has no reason: one series stands for all.
      const auto why = decision == Decision::Allowed ? "NONE" : std::string(wire_name(reason));
      decisions[{decision, reason}] = &family.Add({{"decision", name}, {"reason", why}});
    }
  }
}

void Metrics::Impl::add_rejections() {
  auto& family = counters(registry, "countersign_rejected_requests_total", "HTTP errors by status");
  for (const int status : kStatuses) {
    rejected[status] = &family.Add({{"status", std::to_string(status)}});
  }
  rejected_other = &family.Add({{"status", "other"}});
}

prometheus::Family<prometheus::Gauge>& Metrics::Impl::gauge(std::string_view name) {
  const auto* const row = std::ranges::find(kGauges, name, &GaugeRow::name);
  if (row == kGauges.end()) {
    std::abort();  // a name that is written in our own code
  }
  return prometheus::BuildGauge()
      .Name(std::string(row->name))
      .Help(std::string(row->help))
      .Register(registry);
}

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::decided(Decision decision, Reason reason, std::chrono::nanoseconds took) {
  impl_->decisions.at({decision, reason})->Increment();
  impl_->durations.at(decision)->Observe(std::chrono::duration<double>(took).count());
}

void Metrics::noted(std::size_t notes) { impl_->notes->Increment(static_cast<double>(notes)); }

void Metrics::rejected_request(int status) {
  const auto found = impl_->rejected.find(status);
  (found != impl_->rejected.end() ? found->second : impl_->rejected_other)->Increment();
}

void Metrics::config_reload(bool success) {
  (success ? impl_->reload_successes : impl_->reload_failures)->Increment();
  gauge("countersign_config_last_reload_successful", success ? 1 : 0);
}

// Only a gauge that was set is shown: a zero would be a statement.
void Metrics::gauge(std::string_view name, double value) { impl_->gauge(name).Add({}).Set(value); }

void Metrics::gauge(std::string_view name, std::string_view fact, double value) {
  if (std::ranges::find(kFacts, fact) == kFacts.end()) {
    std::abort();  // a name that is written in our own code
  }
  impl_->gauge(name).Add({{"fact", std::string(fact)}}).Set(value);
}

void Metrics::registry_exchanged(const RegistryExchange& exchange) {
  impl_->registries.exchanged(exchange);
}

void Metrics::registry_breaker(std::string_view host, RegistryBreaker state) {
  impl_->registries.breaker(host, state);
}

void Metrics::registry_pulls_left(std::string_view host, std::size_t count) {
  impl_->registries.pulls_left(host, static_cast<double>(count));
}

void Metrics::trusted(std::span<const TrustStore> stores,
                      std::span<const TrustedCertificate> certificates) {
  impl_->trust.trusted(stores, certificates);
}

void Metrics::azure_tokens(std::span<const AzureToken> tokens) { impl_->trust.tokens(tokens); }

std::string Metrics::text() const {
  return prometheus::TextSerializer().Serialize(impl_->registry.Collect());
}

}  // namespace countersign::server

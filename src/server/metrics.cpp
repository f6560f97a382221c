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
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "server/decision_metrics.h"
#include "server/provider_metrics.h"
#include "server/refusal_log.h"
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
    GaugeRow{"countersign_callers_gone",
             "Requests whose caller left before they were answered, since the start"},
    GaugeRow{"countersign_log_lines_dropped",
             "Log lines that nobody read in time or that could not be written, since the start"},
    GaugeRow{"countersign_certificate_bundle_fits",
             "1 when the caBundle of every caller has our authority, -1 when that is not known"},
    GaugeRow{"countersign_certificate_bundles_mended",
             "Bundles that somebody else had changed, since the start"},
    GaugeRow{"countersign_certificate_failures",
             "Looks at the certificate that keeps itself that failed, since the start"},
    GaugeRow{"countersign_certificate_authority_not_after_seconds",
             "End of our authority's validity, in seconds since 1970"},
    GaugeRow{"countersign_webhook_registration_gaps",
             "Ways by which the webhook's registration lets pods in unjudged, -1 when not known"},
    GaugeRow{"countersign_webhook_registration_exemptions",
             "What the webhook's registration leaves out on purpose, -1 when not known"},
    GaugeRow{"countersign_events_written", "Events of denials, since the start"},
    GaugeRow{"countersign_events_failed", "Those that could not be written"},
    GaugeRow{"countersign_events_lost", "Those that were over the rate or the room"},
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

constexpr std::array kRefusals{ClientRefusal::Missing, ClientRefusal::Untrusted,
                               ClientRefusal::OutOfTime, ClientRefusal::Usage, ClientRefusal::Name};

prometheus::Family<prometheus::Counter>& counters(prometheus::Registry& registry,
                                                  std::string_view name, std::string_view help) {
  return prometheus::BuildCounter()
      .Name(std::string(name))
      .Help(std::string(help))
      .Register(registry);
}

}  // namespace

// Counters whose labels are known exist from the start, so that a rate has a zero to begin with;
// and the map is never written again, so that reading it needs no lock.
struct Metrics::Impl {
  using Counter = prometheus::Counter;

  Impl();
  prometheus::Family<prometheus::Gauge>& gauge(std::string_view name);

  prometheus::Registry registry;
  DecisionMetrics decisions{registry};
  RegistryMetrics registries{registry};
  ProviderMetrics provider{registry};
  TrustMetrics trust{registry};
  std::map<int, Counter*> rejected;
  std::map<ClientRefusal, Counter*> refused_clients;
  Counter* notes = nullptr;
  Counter* rejected_other = nullptr;
  Counter* reload_successes = nullptr;
  Counter* reload_failures = nullptr;

 private:
  void add_rejections();
};

Metrics::Impl::Impl() {
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

void Metrics::Impl::add_rejections() {
  auto& family = counters(registry, "countersign_rejected_requests_total", "HTTP errors by status");
  for (const int status : kStatuses) {
    rejected[status] = &family.Add({{"status", std::to_string(status)}});
  }
  rejected_other = &family.Add({{"status", "other"}});
  auto& clients = counters(registry, "countersign_client_certificates_refused_total",
                           "Handshakes that failed because of the client's certificate");
  for (const auto refusal : kRefusals) {
    refused_clients[refusal] = &clients.Add({{"reason", std::string(name(refusal))}});
  }
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

void Metrics::decided(Decision decision, Run run, Reason reason, std::chrono::nanoseconds took) {
  impl_->decisions.decided(decision, run, reason, took);
}

void Metrics::judged(const Image& image) { impl_->decisions.judged(image); }

void Metrics::phase(Phase phase, std::chrono::nanoseconds took) {
  impl_->decisions.phase(phase, took);
}

void Metrics::noted(std::size_t notes) { impl_->notes->Increment(static_cast<double>(notes)); }

void Metrics::rejected_request(int status) {
  const auto found = impl_->rejected.find(status);
  (found != impl_->rejected.end() ? found->second : impl_->rejected_other)->Increment();
}

void Metrics::refused_client(ClientRefusal why) { impl_->refused_clients.at(why)->Increment(); }

void Metrics::config_reload(bool success) {
  (success ? impl_->reload_successes : impl_->reload_failures)->Increment();
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

void Metrics::provider_request(ProviderRequest outcome, std::chrono::nanoseconds took) {
  impl_->provider.request(outcome, took);
}

void Metrics::provider_key(ProviderKey outcome, Reason reason) {
  impl_->provider.key(outcome, reason);
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

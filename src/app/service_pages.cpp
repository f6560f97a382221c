// SPDX-License-Identifier: Apache-2.0
#include "app/service_pages.h"

#include <algorithm>
#include <concepts>
#include <iterator>
#include <utility>
#include <vector>

#include "app/trust_report.h"

namespace countersign::app {
namespace {

void show_facts(const Application& application, server::Metrics& metrics) {
  using Kind = registry::Facts::Kind;
  constexpr std::pair<Kind, std::string_view> kKinds[] = {{Kind::Manifest, "manifest"},
                                                          {Kind::Tag, "tag"},
                                                          {Kind::Referrers, "referrers"},
                                                          {Kind::Content, "content"}};
  for (const auto& each : kKinds) {
    const auto counters = application.fact_counters(each.first);
    const auto gauge = [&](std::string_view name, std::size_t value) {
      metrics.gauge(name, each.second, static_cast<double>(value));
    };
    gauge("countersign_registry_facts_looked_up", counters.looks);
    gauge("countersign_registry_facts_known", counters.hits);
    gauge("countersign_registry_facts_shared", counters.shared);
    gauge("countersign_registry_facts_cached_bytes", counters.bytes);
  }
}

void show_trust(const Application& application, Time now, server::Metrics& metrics) {
  const auto series = trust_series(*application.trust(), now);
  metrics.trusted(series.stores, series.certificates);
  std::vector<server::Metrics::AzureToken> tokens;
  if (const auto* azure = application.azure()) {
    for (std::size_t each = 0; each < azure->identities(); ++each) {
      std::ranges::move(token_series(azure->keeper(each)), std::back_inserter(tokens));
    }
  }
  metrics.azure_tokens(tokens);
}

double fit(serving::KeeperStatus::Bundle bundle) {
  switch (bundle) {
    case serving::KeeperStatus::Bundle::Unknown:
      return -1;
    case serving::KeeperStatus::Bundle::Misfits:
      return 0;
    case serving::KeeperStatus::Bundle::Fits:
      return 1;
  }
  return -1;
}

}  // namespace

void show(const Application& application, Time now, server::Metrics& metrics) {
  const auto gauge = [&metrics](std::string_view name, std::integral auto value) {
    metrics.gauge(name, static_cast<double>(value));
  };
  gauge("countersign_trust_certificates", application.trusted_certificates());
  const auto envelopes = application.envelope_counters();
  gauge("countersign_envelopes_opened", envelopes.openings);
  gauge("countersign_envelopes_known", envelopes.hits);
  gauge("countersign_envelopes_shared", envelopes.shared);
  gauge("countersign_envelopes_cached_bytes", envelopes.bytes);
  const auto revocation = application.revocation_counters();
  gauge("countersign_revocation_requests", revocation.requests);
  gauge("countersign_revocation_failures", revocation.failures);
  gauge("countersign_revocation_cached_statuses", revocation.cached_statuses);
  gauge("countersign_revocation_cached_bytes", revocation.cached_bytes);
  show_facts(application, metrics);
  show_trust(application, now, metrics);
}

void show(const server::FrontCounters& counters, server::Metrics& metrics) {
  const auto gauge = [&metrics](std::string_view name, std::integral auto value) {
    metrics.gauge(name, static_cast<double>(value));
  };
  gauge("countersign_connections_open", counters.open);
  gauge("countersign_connections_accepted", counters.accepted);
  gauge("countersign_connections_refused", counters.refused);
  gauge("countersign_handshake_failures", counters.handshake_failures);
  gauge("countersign_front_requests", counters.requests);
  gauge("countersign_callers_gone", counters.gone);
}

void show(const serving::KeeperStatus& status, server::Metrics& metrics) {
  metrics.gauge("countersign_certificate_bundle_fits", fit(status.bundle));
  metrics.gauge("countersign_certificate_bundles_mended", static_cast<double>(status.mended));
  metrics.gauge("countersign_certificate_failures", static_cast<double>(status.failures));
  if (status.authority_until) {
    metrics.gauge("countersign_certificate_authority_not_after_seconds",
                  static_cast<double>(status.authority_until->time_since_epoch().count()));
  }
}

void show(const DenialEvents::Counters& counters, server::Metrics& metrics) {
  metrics.gauge("countersign_events_written", static_cast<double>(counters.written));
  metrics.gauge("countersign_events_failed", static_cast<double>(counters.failed));
  metrics.gauge("countersign_events_lost", static_cast<double>(counters.lost));
}

void show(const RegistrationWatch::Status& status, server::Metrics& metrics) {
  const auto count = [&status](std::vector<std::string> cluster::WebhookRegistration::* member) {
    return status.found ? static_cast<double>((*status.found.*member).size()) : -1.0;
  };
  using Registration = cluster::WebhookRegistration;
  metrics.gauge("countersign_webhook_registration_gaps", count(&Registration::gaps));
  metrics.gauge("countersign_webhook_registration_exemptions", count(&Registration::exemptions));
}

std::string details_of(const Application& application, Time now) {
  auto text = trust_text(*application.trust(), now);
  if (const auto* azure = application.azure()) {
    for (std::size_t each = 0; each < azure->identities(); ++each) {
      text += token_text(azure->keeper(each));
    }
  }
  return text;
}

}  // namespace countersign::app

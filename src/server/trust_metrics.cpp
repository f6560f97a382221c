// SPDX-License-Identifier: Apache-2.0
#include "server/trust_metrics.h"

#include <map>
#include <string>
#include <utility>

#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

namespace countersign::server {
namespace {

prometheus::Family<prometheus::Gauge>* family(prometheus::Registry& registry, const char* name,
                                              const char* help) {
  return &prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}

double number(std::chrono::seconds seconds) { return static_cast<double>(seconds.count()); }

}  // namespace

void TrustMetrics::Series::clear() {
  for (auto* gauge : gauges) {
    family->Remove(gauge);
  }
  gauges.clear();
}

template <class Labels>
void TrustMetrics::Series::add(Labels labels, double value) {
  auto& gauge = family->Add(std::move(labels));
  gauge.Set(value);
  gauges.push_back(&gauge);
}

TrustMetrics::TrustMetrics(prometheus::Registry& registry)
    : certificates_{family(registry, "countersign_trust_store_certificates",
                           "Certificates of a trust store that are trusted now")},
      failing_{family(registry, "countersign_trust_store_failing_items",
                      "Items of a trust store that could not be looked at the last time")},
      age_{family(registry, "countersign_trust_store_age_seconds",
                  "Since the item that was looked at longest ago was")},
      not_after_{family(registry, "countersign_trust_certificate_not_after_seconds",
                        "End of a trusted certificate's validity, in seconds since 1970")},
      left_{family(registry, "countersign_azure_token_seconds_left",
                   "Until a token of an Azure identity ends; 0: there is none")},
      requests_{family(registry, "countersign_azure_token_requests",
                       "Tokens that were asked for since the start")},
      failures_{family(registry, "countersign_azure_token_failures",
                       "Those of them that were not given")} {}

void TrustMetrics::trusted(std::span<const Metrics::TrustStore> stores,
                           std::span<const Metrics::TrustedCertificate> certificates) {
  for (auto* series : {&certificates_, &failing_, &age_, &not_after_}) {
    series->clear();
  }
  using Labels = std::map<std::string, std::string>;
  for (const auto& store : stores) {
    const Labels labels{{"store", store.name}};
    certificates_.add(labels, static_cast<double>(store.certificates));
    failing_.add(labels, static_cast<double>(store.failing));
    if (store.age) {
      age_.add(labels, number(*store.age));
    }
  }
  for (const auto& each : certificates) {
    not_after_.add(Labels{{"store", each.store},
                          {"item", each.item},
                          {"version", each.version},
                          {"thumbprint", each.thumbprint}},
                   number(each.not_after));
  }
}

void TrustMetrics::tokens(std::span<const Metrics::AzureToken> tokens) {
  for (auto* series : {&left_, &requests_, &failures_}) {
    series->clear();
  }
  using Labels = std::map<std::string, std::string>;
  for (const auto& token : tokens) {
    const Labels labels{{"identity", token.identity}, {"audience", token.audience}};
    left_.add(labels, number(token.left));
    requests_.add(labels, static_cast<double>(token.requests));
    failures_.add(labels, static_cast<double>(token.failures));
  }
}

}  // namespace countersign::server

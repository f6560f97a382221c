// SPDX-License-Identifier: Apache-2.0
#include "app/trust_report.h"

#include <algorithm>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/base/log.h"
#include "countersign/codec/rfc3339.h"

namespace countersign::app {
namespace {

using trust::Holding;

bool is_stale(const Holding& holding, Time now) {
  return holding.stale_at && now >= *holding.stale_at;
}

std::string clean(std::string_view text) { return log::clean(text, limits::kLogField); }

std::string certificates_text(const Holding& holding) {
  std::string text;
  for (const auto& entry : holding.entries) {
    text += "    ";
    if (!entry.version.empty()) {
      text += clean(entry.version) + " ";
    }
    text += entry.certificate.thumbprint() + " \"" + clean(entry.certificate.subject()) + "\" to " +
            codec::format_rfc3339(entry.certificate.not_after()) + "\n";
  }
  return text;
}

server::Metrics::TrustStore store_series(const std::string& name, const trust::Store& store,
                                         Time now) {
  server::Metrics::TrustStore series{.name = name, .certificates = store.certificates(now).size()};
  for (const auto& holding : store.holdings()) {
    series.failing += holding.failure ? 1 : 0;
    if (holding.loaded_at && holding.stale_at) {  // files have no age
      series.age = std::max(series.age.value_or(std::chrono::seconds::zero()),
                            std::max(now - *holding.loaded_at, std::chrono::seconds::zero()));
    }
  }
  return series;
}

}  // namespace

std::string item_text(const Holding& holding, Time now) {
  const auto count = holding.entries.size();
  std::string text = clean(holding.name) + ": " + std::to_string(count) +
                     (count == 1 ? " certificate" : " certificates");
  if (holding.loaded_at && holding.stale_at) {
    text += ", looked at " + std::to_string((now - *holding.loaded_at).count()) + " s ago";
  }
  if (is_stale(holding, now)) {
    text += ", too long to be trusted";
  }
  if (!holding.remark.empty()) {
    text += "; " + clean(holding.remark);
  }
  if (holding.failure) {
    text += "; " + std::string(wire_name(holding.failure->reason)) + ": " +
            clean(holding.failure->detail);
  }
  return text;
}

std::string trust_text(const trust::Snapshot& snapshot, Time now) {
  std::string text;
  for (const auto& [name, store] : snapshot.stores()) {
    text += "trust store " + name.text() + "\n";
    for (const auto& holding : store.holdings()) {
      text += "  " + item_text(holding, now) + "\n" + certificates_text(holding);
    }
  }
  return text;
}

TrustSeries trust_series(const trust::Snapshot& snapshot, Time now) {
  TrustSeries series;
  for (const auto& [name, store] : snapshot.stores()) {
    series.stores.push_back(store_series(name.text(), store, now));
    for (const auto& holding : store.holdings()) {
      for (const auto& entry : holding.entries) {
        series.certificates.push_back(
            {.store = name.text(),
             .item = clean(holding.name),
             .version = clean(entry.version),
             .thumbprint = entry.certificate.thumbprint(),
             .not_after = entry.certificate.not_after().time_since_epoch()});
      }
    }
  }
  return series;
}

std::string token_text(const azure::TokenKeeper& keeper) {
  std::string text;
  for (const auto& state : keeper.states()) {
    text += "identity " + clean(keeper.description()) + ": token for " + state.audience + ": ";
    text += state.left.count() > 0 ? std::to_string(state.left.count()) + " s left" : "none";
    if (state.failure) {
      text += "; " + std::string(wire_name(state.failure->reason)) + ": " +
              clean(state.failure->detail);
    }
    text += "\n";
  }
  return text;
}

std::vector<server::Metrics::AzureToken> token_series(const azure::TokenKeeper& keeper) {
  std::vector<server::Metrics::AzureToken> series;
  for (const auto& state : keeper.states()) {
    series.push_back({.identity = clean(keeper.description()),
                      .audience = state.audience,
                      .left = state.left,
                      .requests = state.requests,
                      .failures = state.failures});
  }
  return series;
}

}  // namespace countersign::app

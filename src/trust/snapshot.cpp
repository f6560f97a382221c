// SPDX-License-Identifier: Apache-2.0
#include "countersign/trust/snapshot.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace countersign::trust {
namespace {

bool is_store_name(std::string_view text);
Result<void> check_certificate(StoreType type, const x509::Certificate& certificate);

}  // namespace

std::string_view name(StoreType type) {
  switch (type) {
    case StoreType::Ca:
      return "ca";
    case StoreType::SigningAuthority:
      return "signingAuthority";
    case StoreType::Tsa:
      return "tsa";
  }
  return "unknown";
}

Result<StoreName> StoreName::parse(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    return fail(Reason::BadConfig, "trust store has no type: " + std::string(text));
  }
  const std::string_view store = text.substr(colon + 1);
  if (!is_store_name(store)) {
    return fail(Reason::BadConfig, "trust store name is not valid: " + std::string(text));
  }
  for (const StoreType type : {StoreType::Ca, StoreType::SigningAuthority, StoreType::Tsa}) {
    if (text.substr(0, colon) == trust::name(type)) {
      return StoreName{type, std::string(store)};
    }
  }
  return fail(Reason::BadConfig, "trust store type is not known: " + std::string(text));
}

std::string StoreName::text() const { return std::string(trust::name(type)) + ":" + name; }

Result<void> check_certificates(StoreType type, std::span<const x509::Certificate> certificates) {
  if (certificates.empty()) {
    return fail(Reason::TrustStoreEmpty, "trust store has no certificates");
  }
  for (const x509::Certificate& certificate : certificates) {
    TRY_VOID(check_certificate(type, certificate));
  }
  return {};
}

std::vector<Entry> anchors_of(StoreType type, std::vector<Entry> chain) {
  std::erase_if(chain, [type](const Entry& entry) {
    return !check_certificate(type, entry.certificate).has_value();
  });
  return chain;
}

Store::Store(std::vector<Holding> holdings) : holdings_(std::move(holdings)) {
  std::vector<std::pair<Time, const x509::Certificate*>> all;
  for (const auto& holding : holdings_) {
    for (const auto& entry : holding.entries) {
      all.emplace_back(holding.stale_at.value_or(Time::max()), &entry.certificate);
    }
  }
  std::ranges::sort(all, std::greater(), [](const auto& each) { return each.first; });
  for (const auto& [until, certificate] : all) {
    if (std::ranges::find(certificates_, *certificate) == certificates_.end()) {
      certificates_.push_back(*certificate);
      until_.push_back(until);
    }
  }
}

std::span<const x509::Certificate> Store::certificates(Time now) const {
  const auto stale =
      std::ranges::partition_point(until_, [now](Time until) { return now < until; });
  return std::span(certificates_).first(static_cast<std::size_t>(stale - until_.begin()));
}

std::optional<Error> Store::missing(Time now) const {
  for (const auto& holding : holdings_) {
    if (!holding.loaded_at && holding.failure) {
      return Error{Reason::TrustStoreEmpty,
                   holding.name + " was never loaded: " + holding.failure->detail};
    }
    if (holding.stale_at && now >= *holding.stale_at && !holding.entries.empty()) {
      return Error{Reason::TrustStoreStale, holding.name + " could not be refreshed for too long"};
    }
  }
  return std::nullopt;
}

Result<std::span<const x509::Certificate>> Snapshot::certificates(const StoreName& store_name,
                                                                  Time now) const {
  const auto found = stores_.find(store_name);
  if (found == stores_.end()) {
    return fail(Reason::TrustStoreEmpty, "trust store " + store_name.text() + " is not configured");
  }
  const auto certificates = found->second.certificates(now);
  if (!certificates.empty()) {
    return certificates;
  }
  if (auto missing = this->missing(store_name, now)) {
    return std::unexpected(std::move(*missing));
  }
  std::string detail = "trust store " + store_name.text() + " is empty";
  for (const auto& holding : found->second.holdings()) {
    detail += holding.remark.empty() ? "" : "; " + holding.name + ": " + holding.remark;
  }
  return fail(Reason::TrustStoreEmpty, std::move(detail));
}

std::optional<Error> Snapshot::missing(const StoreName& store_name, Time now) const {
  const auto found = stores_.find(store_name);
  auto missing = found == stores_.end() ? std::nullopt : found->second.missing(now);
  if (missing) {
    missing->detail = "trust store " + store_name.text() + ": " + missing->detail;
  }
  return missing;
}

namespace {

// "." and ".." match the pattern of the specification and would leave the folder of the stores.
bool is_store_name(std::string_view text) {
  constexpr std::string_view kCharacters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
  return !text.empty() && text.find_first_not_of(kCharacters) == std::string_view::npos &&
         text != "." && text != "..";
}

Result<void> check_certificate(StoreType type, const x509::Certificate& certificate) {
  const bool ca = certificate.basic_constraints() && certificate.basic_constraints()->ca;
  switch (type) {
    case StoreType::Ca:
    case StoreType::SigningAuthority:
      if (ca || certificate.self_signed()) {
        return {};
      }
      return fail(Reason::BadConfig,
                  "certificate \"" + certificate.subject() + "\" is neither a CA nor self-signed");
    case StoreType::Tsa:
      if (ca && certificate.self_signed()) {
        return {};
      }
      return fail(Reason::BadConfig,
                  "certificate \"" + certificate.subject() + "\" is not a root CA");
  }
  return fail(Reason::Internal, "trust store of an unknown type");
}

}  // namespace
}  // namespace countersign::trust

// SPDX-License-Identifier: Apache-2.0
#include "countersign/trust/snapshot.h"

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

Result<std::span<const x509::Certificate>> Snapshot::certificates(const StoreName& store_name,
                                                                  Time now) const {
  const auto found = stores_.find(store_name);
  if (found == stores_.end()) {
    return fail(Reason::TrustStoreEmpty, "trust store " + store_name.text() + " is not configured");
  }
  const Store& store = found->second;
  if (store.failure) {
    return fail(Reason::TrustStoreEmpty,
                "trust store " + store_name.text() + " was never loaded: " + store.failure->detail);
  }
  if (store.certificates.empty()) {
    return fail(Reason::TrustStoreEmpty, "trust store " + store_name.text() + " is empty");
  }
  if (store.stale_at && now >= *store.stale_at) {
    return fail(Reason::TrustStoreStale,
                "trust store " + store_name.text() + " could not be refreshed for too long");
  }
  return std::span(store.certificates);
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

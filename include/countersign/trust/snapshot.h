// SPDX-License-Identifier: Apache-2.0
// Trust stores (Notary Project trust store and trust policy specification, "Trust Store"), and what
// one decision believes of them from start to end.
#pragma once
#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/x509/certificate.h"

namespace countersign::trust {

enum class StoreType : std::uint8_t { Ca, SigningAuthority, Tsa };
std::string_view name(StoreType);  // "ca", "signingAuthority", "tsa"

struct StoreName {  // "ca:acme"
  StoreType type = StoreType::Ca;
  std::string name;  // [a-zA-Z0-9_.-]+, but not "." and ".."
  [[nodiscard]] static Result<StoreName> parse(std::string_view text);  // Reason::BadConfig
  std::string text() const;
  auto operator<=>(const StoreName&) const = default;
};

// May these certificates be in a store of this type? Each is a CA or self-signed; in a tsa store
// each is a self-signed root CA; there is at least one. Reason::BadConfig, TrustStoreEmpty for
// none.
[[nodiscard]] Result<void> check_certificates(StoreType, std::span<const x509::Certificate>);

struct Store {
  std::vector<x509::Certificate> certificates = {};
  Time loaded_at{};
  std::optional<Time> stale_at = {};  // from then on the store denies; nullopt: never (files)
  std::optional<Error> failure = {};  // why it was never loaded
};

class Snapshot {  // published whole, never edited
 public:
  Snapshot() = default;
  Snapshot(std::map<StoreName, Store> stores, std::uint64_t generation)
      : stores_(std::move(stores)), generation_(generation) {}

  // The certificates to believe at `now`. TrustStoreEmpty when the store is not configured, empty
  // or was never loaded; TrustStoreStale when its age is over the limit.
  [[nodiscard]] Result<std::span<const x509::Certificate>> certificates(const StoreName&,
                                                                        Time now) const;
  const std::map<StoreName, Store>& stores() const { return stores_; }
  std::uint64_t generation() const { return generation_; }

 private:
  std::map<StoreName, Store> stores_;
  std::uint64_t generation_ = 0;
};

}  // namespace countersign::trust

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
#include "countersign/trust/certificate_source.h"
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

// Of a chain, those that may be in a store of this type; in the order of the argument.
std::vector<Entry> anchors_of(StoreType, std::vector<Entry> chain);

struct Holding {  // an item of a store, as it is held
  std::string name;
  std::vector<Entry> entries = {};
  std::string remark = {};
  Item::Need need = Item::Need::Optional;
  std::optional<Time> loaded_at = {};  // when it was last looked at; nullopt: never
  Tick loaded_tick{};                  // the same moment by the clock that does not jump
  std::optional<Time> stale_at = {};   // from then on it is not trusted; nullopt: never (files)
  std::optional<Error> failure = {};   // why it could not be looked at the last time
};

class Store {
 public:
  Store() = default;
  explicit Store(std::vector<Holding> holdings);

  const std::vector<Holding>& holdings() const { return holdings_; }
  // Of the holdings that are not stale at `now`; each certificate once.
  std::span<const x509::Certificate> certificates(Time now) const;
  // Why this store may lack certificates at `now`: an item is stale, or could never be looked at.
  std::optional<Error> missing(Time now) const;

 private:
  std::vector<Holding> holdings_;
  std::vector<x509::Certificate> certificates_;  // those that are stale first stand last
  std::vector<Time> until_;                      // of each
};

class Snapshot {  // published whole, never edited
 public:
  Snapshot() = default;
  Snapshot(std::map<StoreName, Store> stores, std::uint64_t generation)
      : stores_(std::move(stores)), generation_(generation) {}

  // The certificates to believe at `now`, one at least. TrustStoreEmpty when the store is not
  // configured, empty or was never loaded; TrustStoreStale when its age is over the limit.
  [[nodiscard]] Result<std::span<const x509::Certificate>> certificates(const StoreName&,
                                                                        Time now) const;
  // Why a chain that no certificate of the store anchors may still be a good one: something of the
  // store could not be looked at. nullopt: all of it is known.
  std::optional<Error> missing(const StoreName&, Time now) const;
  const std::map<StoreName, Store>& stores() const { return stores_; }
  std::uint64_t generation() const { return generation_; }

 private:
  std::map<StoreName, Store> stores_;
  std::uint64_t generation_ = 0;
};

}  // namespace countersign::trust

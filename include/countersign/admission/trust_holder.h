// SPDX-License-Identifier: Apache-2.0
// The one owner of what is trusted: loads the stores and publishes immutable snapshots.
//
// Every item of a store (trust/certificate_source.h) is kept by itself: one that can't be looked at
// keeps its last good certificates until max_stale, one that is gone loses them at once, and none
// takes another's trust away.
#pragma once
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/base/log.h"
#include "countersign/trust/certificate_source.h"
#include "countersign/trust/snapshot.h"

namespace countersign::admission {

struct StoreSource {
  trust::StoreName name;
  std::unique_ptr<trust::CertificateSource> source;
  std::optional<std::chrono::seconds> max_stale =
      {};  // after the last good load; nullopt: for ever
  // Between two loads, of a store that is fetched; nullopt: it is loaded when somebody says so.
  std::optional<std::chrono::seconds> refresh = {};
};

class TrustHolder {  // thread-safe
 public:
  TrustHolder(std::vector<StoreSource> sources, const Clock&, log::Logger&);
  ~TrustHolder();
  TrustHolder(const TrustHolder&) = delete;
  TrustHolder& operator=(const TrustHolder&) = delete;

  std::size_t size() const { return shelves_.size(); }  // stores
  const StoreSource& at(std::size_t store) const;

  // Loads one store and publishes a new snapshot, with a new generation when its certificates
  // changed. False: something of it could not be looked at. Two stores do not wait for each other.
  bool refresh(std::size_t store, Deadline);
  void refresh(Deadline);  // all, one after the other

  // Takes over what another holder has of a store that both have. Before anybody uses this one.
  void adopt(const trust::StoreName&, const TrustHolder& from);
  bool was_loaded(std::size_t store) const;  // once at least, as a whole or in part

  std::shared_ptr<const trust::Snapshot> snapshot() const;
  // Why a decision can't be trusted to know its stores; empty when every store has certificates
  // that are fresh, and those of every required item.
  std::vector<std::string> problems(Time now) const;

 private:
  struct Shelf {
    StoreSource store;
    std::mutex loading;
  };
  void publish(const StoreSource&, trust::Store);
  void tell(const StoreSource&, const trust::Store& before, const trust::Store& after);

  std::vector<std::unique_ptr<Shelf>> shelves_;
  const Clock& clock_;
  log::Logger& logger_;
  mutable std::mutex mutex_;  // of the pointer alone: a reader never waits for a load
  std::shared_ptr<const trust::Snapshot> snapshot_;
};

}  // namespace countersign::admission

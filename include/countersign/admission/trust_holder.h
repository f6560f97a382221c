// SPDX-License-Identifier: Apache-2.0
// The one owner of what is trusted: loads the stores and publishes immutable snapshots.
#pragma once
#include <map>
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
  std::optional<std::chrono::seconds> max_stale;  // after the last good load; nullopt: for ever
};

class TrustHolder {  // thread-safe
 public:
  TrustHolder(std::vector<StoreSource> sources, const Clock&, log::Logger&);

  // Loads every store; what fails keeps its last good certificates until max_stale. Publishes a new
  // snapshot, with a new generation when the certificates of any store changed.
  void refresh(Deadline);
  std::shared_ptr<const trust::Snapshot> snapshot() const;
  // Why a decision can't be trusted to know its stores; empty when every store was loaded and is
  // fresh.
  std::vector<std::string> problems(Time now) const;

 private:
  std::vector<StoreSource> sources_;
  const Clock& clock_;
  log::Logger& logger_;
  std::mutex refreshing_;
  mutable std::mutex mutex_;  // of the pointer alone: a reader never waits for a load
  std::shared_ptr<const trust::Snapshot> snapshot_;
};

}  // namespace countersign::admission

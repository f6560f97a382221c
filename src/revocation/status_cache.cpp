// SPDX-License-Identifier: Apache-2.0
#include "revocation/status_cache.h"

#include <algorithm>
#include <chrono>

namespace countersign::revocation {
namespace {

using Kind = x509::RevocationStatus::Kind;
using std::chrono::milliseconds;

}  // namespace

std::string key_of(const Query& query) {
  return query.certificate.thumbprint() + query.issuer.thumbprint();
}

std::optional<x509::RevocationStatus> StatusCache::fresh(const Query& query, const Moment& moment) {
  const auto key = key_of(query);
  const std::lock_guard lock(mutex_);
  if (auto* const use = uses_.find(key)) {
    use->last = moment.tick;
  } else {
    uses_.put(key, {query, moment.tick});
  }
  const auto* const entry = statuses_.find(key);
  if (entry == nullptr || moment.tick >= entry->ask_again) {
    return std::nullopt;
  }
  switch (entry->status.kind) {
    case Kind::Unknown:
      return entry->status;
    case Kind::Revoked:
    case Kind::Good:
      break;
  }
  return moment.now <= entry->status.fresh_until ? std::optional(entry->status) : std::nullopt;
}

std::optional<x509::RevocationStatus> StatusCache::last(const Query& query) {
  const std::lock_guard lock(mutex_);
  const auto* const entry = statuses_.find(key_of(query));
  return entry != nullptr && entry->status.kind != Kind::Unknown ? std::optional(entry->status)
                                                                 : std::nullopt;
}

void StatusCache::keep(const Query& query, const x509::RevocationStatus& status,
                       const Moment& moment) {
  const auto life =
      status.kind == Kind::Unknown ? limits::kRevocationFailureLife : limits::kOcspLife;
  const std::lock_guard lock(mutex_);
  statuses_.put(key_of(query), {status, moment.now, moment.tick, moment.tick + life});
}

std::vector<Query> StatusCache::due(const Moment& moment) {
  std::vector<Query> due;
  const std::lock_guard lock(mutex_);
  for (const auto& [key, use, weight] : uses_.entries()) {
    const auto* const entry = statuses_.find(key);
    if (entry != nullptr && moment.tick < use.last + limits::kRevocationUse &&
        soon_over(*entry, moment)) {
      due.push_back(use.query);
    }
  }
  return due;
}

bool StatusCache::soon_over(const Entry& entry, const Moment& moment) {
  const auto end_of = [&](Time now, Tick tick) {
    const auto by_clock = std::chrono::floor<milliseconds>(entry.ask_again - tick);
    return entry.status.kind == Kind::Unknown
               ? by_clock
               : std::min<milliseconds>(by_clock, entry.status.fresh_until - now);
  };
  const auto life = end_of(entry.kept_at, entry.kept);
  return end_of(moment.now, moment.tick) <=
         std::min<milliseconds>(limits::kRevocationRenewal, life / 4);
}

std::size_t StatusCache::size() const {
  const std::lock_guard lock(mutex_);
  return statuses_.size();
}

}  // namespace countersign::revocation

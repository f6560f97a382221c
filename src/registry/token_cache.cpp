// SPDX-License-Identifier: Apache-2.0
#include "registry/token_cache.h"

#include <algorithm>
#include <utility>

#include "countersign/base/limits.h"

namespace countersign::registry {

Result<Secret> TokenCache::get(const std::string& key, const Secret& refused, Deadline deadline,
                               const std::function<Result<Token>()>& acquire) {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (auto outcome = kept(key, refused)) {
      return std::move(*outcome);
    }
    auto& place = flights_[key];
    if (!place) {
      place = std::make_shared<Flight>();
      const auto mine = place;
      lock.unlock();
      auto acquired = acquire();
      lock.lock();
      return land(key, *mine, std::move(acquired));
    }
    const auto theirs = place;
    if (!landed_.wait_for(lock, deadline.remaining(clock_),
                          [&] { return theirs->outcome.has_value(); })) {
      return fail(Reason::DeadlineExceeded, "no token within the time");
    }
    if (*theirs->outcome || theirs->outcome->error().reason != Reason::DeadlineExceeded) {
      return *theirs->outcome;
    }
  }
}

std::optional<Result<Secret>> TokenCache::kept(const std::string& key, const Secret& refused) {
  const auto found = entries_.find(key);
  if (found == entries_.end()) {
    return std::nullopt;
  }
  const auto& [outcome, until] = found->second;
  if (clock_.tick() >= until || (outcome && outcome->reveal() == refused.reveal())) {
    entries_.erase(found);
    return std::nullopt;
  }
  return outcome;
}

Result<Secret> TokenCache::land(const std::string& key, Flight& flight, Result<Token> acquired) {
  flights_.erase(key);
  if (acquired) {
    const auto margin = std::max(limits::kTokenMargin, acquired->life / 10);
    keep(key, {acquired->text, clock_.tick() + acquired->life - margin});
    flight.outcome = std::move(acquired->text);
  } else {
    if (acquired.error().reason == Reason::RegistryAuth) {
      keep(key, {std::unexpected(acquired.error()), clock_.tick() + limits::kAbsenceLife});
    }
    flight.outcome = std::unexpected(std::move(acquired).error());
  }
  landed_.notify_all();
  return *flight.outcome;
}

void TokenCache::keep(const std::string& key, Entry entry) {
  const auto now = clock_.tick();
  if (entry.until <= now) {
    return;
  }
  std::erase_if(entries_, [now](const auto& one) { return one.second.until <= now; });
  if (entries_.size() >= limits::kTokens) {
    entries_.erase(
        std::ranges::min_element(entries_, {}, [](const auto& one) { return one.second.until; }));
  }
  entries_.insert_or_assign(key, std::move(entry));
}

}  // namespace countersign::registry

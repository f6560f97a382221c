// SPDX-License-Identifier: Apache-2.0
#include "countersign/azure/token_keeper.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <tuple>
#include <utility>

#include "countersign/base/limits.h"

#include "azure/kept_token.h"

namespace countersign::azure {
namespace {

struct Flight {  // to Azure and back
  std::optional<Result<Secret>> outcome;
};

struct Place {  // one audience
  KeptToken kept;
  std::shared_ptr<Flight> flight;  // null: nobody is on his way
  std::size_t requests = 0;
  std::size_t failures = 0;
};

struct Errand {
  std::string_view audience;
  const Secret& refused;
  Deadline deadline;
  std::chrono::seconds patience;  // who has waited so long has seen Azure fail
};

bool same(const Secret& one, const Secret& other) { return one.reveal() == other.reveal(); }

}  // namespace

struct TokenKeeper::Impl {
  std::unique_ptr<Identity> identity;
  const Clock& clock;
  std::function<double()> chance;
  mutable std::mutex mutex = {};
  std::condition_variable landed = {};
  std::map<std::string, Place, std::less<>> places = {};  // stay: flights hold on to them

  Place& place_of(std::string_view audience);
  Result<Secret> fly(std::unique_lock<std::mutex>& lock, Place& place, const Errand& errand);
  Result<Secret> land(Place& place, const Errand& errand, Tick asked, Result<AccessToken> acquired);
  std::optional<Result<Secret>> wait(std::unique_lock<std::mutex>& lock, const Place& place,
                                     const Errand& errand);
};

TokenKeeper::TokenKeeper(std::unique_ptr<Identity> identity, const Clock& clock,
                         std::function<double()> chance)
    : impl_(
          new Impl{.identity = std::move(identity), .clock = clock, .chance = std::move(chance)}) {}

TokenKeeper::~TokenKeeper() = default;

std::string_view TokenKeeper::description() const { return impl_->identity->description(); }

Result<Secret> TokenKeeper::token(std::string_view audience, const Secret& refused,
                                  Deadline deadline) {
  auto& self = *impl_;
  std::unique_lock lock(self.mutex);
  auto& place = self.place_of(audience);
  for (;;) {
    const auto now = self.clock.tick();
    const bool late = deadline.passed(self.clock);
    const bool doubted = !refused.empty() && same(place.kept.text(), refused);
    if (doubted) {
      place.kept.doubt();
    }
    const bool usable = place.kept.good(now) && !doubted;
    if (usable && (place.flight != nullptr || !place.kept.due(now) || late)) {
      return place.kept.text();
    }
    if (place.flight != nullptr) {
      if (auto outcome = self.wait(lock, place, {audience, refused, deadline, {}})) {
        return *std::move(outcome);
      }
      continue;
    }
    if (place.kept.paused(now)) {
      return std::unexpected(*place.kept.failure());
    }
    if (late) {
      return fail(Reason::DeadlineExceeded, "no time to ask for an Azure token");
    }
    const auto patience = usable ? limits::kAzureAsideWait : limits::kAzureRenewalWait;
    auto outcome = self.fly(lock, place, {audience, refused, deadline, patience});
    if (!outcome && usable && place.kept.good(self.clock.tick())) {
      return place.kept.text();
    }
    return outcome;
  }
}

void TokenKeeper::renew(Deadline deadline) {
  static const Secret kNone;
  auto& self = *impl_;
  std::unique_lock lock(self.mutex);
  for (auto& [audience, place] : self.places) {  // the map only grows, and iterators stay good
    if (place.flight == nullptr && place.kept.due(self.clock.tick()) &&
        !deadline.passed(self.clock)) {
      std::ignore = self.fly(lock, place, {audience, kNone, deadline, limits::kAzureRenewalWait});
    }
  }
}

std::vector<TokenKeeper::State> TokenKeeper::states() const {
  const std::scoped_lock lock(impl_->mutex);
  std::vector<State> states;
  for (const auto& [audience, place] : impl_->places) {
    states.push_back({audience, place.kept.left(impl_->clock.tick()), place.requests,
                      place.failures, place.kept.failure()});
  }
  return states;
}

Place& TokenKeeper::Impl::place_of(std::string_view audience) {
  const auto found = places.find(audience);
  return found != places.end() ? found->second : places[std::string(audience)];
}

// Alone for its audience; without the lock while Azure is asked.
Result<Secret> TokenKeeper::Impl::fly(std::unique_lock<std::mutex>& lock, Place& place,
                                      const Errand& errand) {
  const auto flight = std::make_shared<Flight>();
  place.flight = flight;
  ++place.requests;
  const auto asked = clock.tick();
  lock.unlock();
  auto acquired = identity->acquire(errand.audience,
                                    errand.deadline.sooner(Deadline::at(asked + errand.patience)));
  lock.lock();
  flight->outcome = land(place, errand, asked, std::move(acquired));
  place.flight.reset();
  landed.notify_all();
  return *flight->outcome;
}

Result<Secret> TokenKeeper::Impl::land(Place& place, const Errand& errand, Tick asked,
                                       Result<AccessToken> acquired) {
  const auto now = clock.tick();
  if (acquired && same(acquired->text, errand.refused)) {  // the metadata service has a cache
    acquired =
        fail(Reason::AzureIdentityRefused, "Azure gives the same token again, refused before");
  }
  if (!acquired && acquired.error().reason == Reason::DeadlineExceeded) {
    if (now - asked < errand.patience) {  // the time was up for this caller, not for Azure
      return std::unexpected(std::move(acquired).error());
    }
    acquired = fail(Reason::AzureIdentityUnavailable, "Azure gives no token within the time");
  }
  const auto taken = acquired ? place.kept.take(*acquired, asked, chance())
                              : Result<void>(std::unexpected(acquired.error()));
  if (!taken) {
    ++place.failures;
    place.kept.fail(taken.error(), now, identity->quiet_until());
    return std::unexpected(taken.error());
  }
  return place.kept.text();
}

// For somebody else's flight. nullopt: what it brought is of no use to this caller, who may try for
// himself.
std::optional<Result<Secret>> TokenKeeper::Impl::wait(std::unique_lock<std::mutex>& lock,
                                                      const Place& place, const Errand& errand) {
  const auto flight = place.flight;
  if (!landed.wait_for(lock, errand.deadline.remaining(clock),
                       [&flight] { return flight->outcome.has_value(); })) {
    return fail(Reason::DeadlineExceeded, "no Azure token within the time");
  }
  const auto& outcome = *flight->outcome;
  const bool useful = outcome ? !same(*outcome, errand.refused)
                              : outcome.error().reason != Reason::DeadlineExceeded;
  return useful ? std::optional(outcome) : std::nullopt;
}

}  // namespace countersign::azure

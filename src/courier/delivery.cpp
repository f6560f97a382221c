// SPDX-License-Identifier: Apache-2.0
#include "courier/delivery.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/base/secret.h"
#include "countersign/net/url.h"

#include "courier/notices.h"

namespace countersign::courier {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

// "Full jitter": anything up to a bound that doubles.
milliseconds random_pause(std::size_t attempts, double chance) {
  auto bound = limits::kRetryPause;
  for (std::size_t count = 1; count < attempts && bound < limits::kRetryPauseMost; ++count) {
    bound = std::min(2 * bound, limits::kRetryPauseMost);
  }
  return std::chrono::duration_cast<milliseconds>(chance * bound);
}

// A PUT is never sent again, so it may take its own time.
milliseconds wait_of(const net::Request& request) {
  static constexpr milliseconds kMost = limits::kExchangeWait;
  if (request.method == net::Method::Put && request.wait.count() > 0) {
    return request.wait;
  }
  return request.wait.count() > 0 ? std::min(request.wait, kMost) : kMost;
}

void wipe_secrets(std::vector<net::Request>& requests) {
  for (auto& request : requests) {
    wipe(request.body);
    for (auto& header : request.headers) {
      wipe(header.value);
    }
  }
}

void note(const Symptoms& symptoms, Tick now, Outcome& outcome) {
  switch (symptoms.health) {
    case Health::Unknown:
      break;
    case Health::Failed:
      outcome.failed = true;
      break;
    case Health::Alive:
      outcome.alive = true;
      break;
  }
  if (symptoms.health == Health::Alive && symptoms.attempt == Attempt::Final) {
    ++outcome.successes;
  }
  if (symptoms.retry_after) {
    outcome.quiet_until = std::max(outcome.quiet_until.value_or(now), now + *symptoms.retry_after);
  }
}

}  // namespace

Delivery::Delivery(const Means& means, Hosts& hosts, std::span<const net::Request> requests,
                   Deadline deadline)
    : means_(means), deadline_(deadline) {
  for (const auto& request : requests) {
    auto& parcel = parcels_.emplace_back();
    parcel.request = &request;
    if (const auto url = net::Url::parse(request.url, Reason::Internal)) {
      parcel.host = hosts.of(*url);
    } else {
      refuse(parcel, url.error());
    }
  }
}

std::vector<Result<net::Response>> Delivery::run() {
  while (!std::ranges::all_of(parcels_, &Parcel::settled)) {
    round();
  }
  std::vector<Result<net::Response>> results;
  for (auto& parcel : parcels_) {
    results.push_back(std::move(*parcel.last));
  }
  return results;
}

void Delivery::round() {
  const auto now = means_.clock.tick();
  auto visits = due_visits(now);
  if (visits.empty()) {
    wait_for_due();
    return;
  }
  std::erase_if(visits, [&](Visit& visit) { return !admitted(visit, now); });
  if (!visits.empty()) {
    send(visits);
  }
}

std::vector<Delivery::Visit> Delivery::due_visits(Tick now) {
  std::vector<Visit> visits;
  for (auto& parcel : parcels_) {
    if (parcel.settled || parcel.due > now) {
      continue;
    }
    auto visit = std::ranges::find(visits, parcel.host.get(), &Visit::host);
    if (visit == visits.end()) {
      visit = visits.insert(visit, {.host = parcel.host.get(), .permit = {}, .parcels = {}});
    }
    visit->parcels.push_back(&parcel);
  }
  return visits;
}

bool Delivery::admitted(Visit& visit, Tick now) {
  const auto admission = visit.host->ask(now);
  visit.permit = admission.permit;
  switch (admission.permit) {
    case Permit::All:
      return true;
    case Permit::One:
      means_.observer.breaker(visit.host->name(), Observer::Breaker::Trying);
      visit.parcels.resize(1);  // the others are still due when it is known how that went
      return true;
    case Permit::None:
      break;
  }
  std::optional<Tick> due;
  if (admission.later) {  // those who wait for one moment do not come back as a crowd
    due = *admission.later + random_pause(1, means_.patience.chance());
  }
  for (auto* const parcel : visit.parcels) {
    if (due && *due < deadline_.last_try()) {
      parcel->due = *due;
    } else {
      refuse(*parcel, admission.error);
    }
  }
  return false;
}

void Delivery::send(std::span<const Visit> visits) {
  std::vector<net::Request> requests;
  for (const auto& visit : visits) {
    for (const auto* const parcel : visit.parcels) {
      requests.push_back(*parcel->request);
      requests.back().wait = wait_of(*parcel->request);
    }
  }
  const auto began = means_.clock.tick();
  auto results = means_.transport.send_all(requests, deadline_);
  wipe_secrets(requests);
  auto result = results.begin();
  for (const auto& visit : visits) {
    for (auto* const parcel : visit.parcels) {
      parcel->last = std::move(*result++);
      ++parcel->attempts;
    }
    conclude(visit, began);
  }
}

void Delivery::conclude(const Visit& visit, Tick began) {
  const auto now = means_.clock.tick();
  Outcome outcome;
  for (auto* const parcel : visit.parcels) {
    const Waited waited{
        .allowed = std::min<nanoseconds>(wait_of(*parcel->request), deadline_.when() - began),
        .took = now - began};
    parcel->symptoms = symptoms_of(*parcel->last, waited, means_.clock.now());
    outcome.answered = outcome.answered || parcel->last->has_value();
    note(parcel->symptoms, now, outcome);
    report(*parcel, waited);
  }
  if (const auto change = visit.host->conclude(visit.permit, outcome, now)) {
    means_.observer.breaker(visit.host->name(), *change);
  }
  const auto chance = means_.patience.chance();  // one for all: what failed goes again together
  for (auto* const parcel : visit.parcels) {
    plan(*parcel, now, chance);
  }
}

void Delivery::plan(Parcel& parcel, Tick now, double chance) const {
  using std::chrono::seconds;
  parcel.due = now + parcel.symptoms.retry_after.value_or(seconds::zero()) +
               random_pause(parcel.attempts, chance);
  parcel.settled = parcel.symptoms.attempt == Attempt::Final ||
                   parcel.request->method != net::Method::Get ||
                   parcel.due >= deadline_.last_try() || !parcel.host->may_retry();
}

void Delivery::report(const Parcel& parcel, Waited waited) const {
  const auto& name = parcel.host->name();
  const auto& result = *parcel.last;
  Exchange exchange;
  exchange.host = name;
  exchange.kind = parcel.request->kind;
  exchange.again = parcel.attempts > 1;
  exchange.took = waited.took;
  if (!result) {
    exchange.failure = result.error().reason;
    means_.observer.exchanged(exchange);
    return;
  }
  exchange.status = result->status;
  exchange.bytes = result->body.size();
  means_.observer.exchanged(exchange);
  for (const auto& text : parcel.host->news(warnings_of(*result))) {
    means_.observer.warned(name, text);
  }
  if (const auto count = pulls_left_of(*result)) {
    means_.observer.pulls_left(name, *count);
  }
}

void Delivery::wait_for_due() {
  Tick latest{};
  for (const auto& parcel : parcels_) {
    latest = parcel.settled ? latest : std::max(latest, parcel.due);
  }
  if (means_.patience.wait(std::chrono::ceil<milliseconds>(latest - means_.clock.tick()))) {
    return;
  }
  for (auto& parcel : parcels_) {
    if (!parcel.settled) {
      parcel.last.reset();
      refuse(parcel, {Reason::Overloaded, "no request is sent any more"});
    }
  }
}

void Delivery::refuse(Parcel& parcel, const Error& error) {
  if (!parcel.last) {  // else what the host answered says more
    parcel.last = std::unexpected(error);
  }
  parcel.settled = true;
}

}  // namespace countersign::courier

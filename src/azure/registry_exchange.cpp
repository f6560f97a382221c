// SPDX-License-Identifier: Apache-2.0
#include "azure/registry_exchange.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "countersign/base/limits.h"

namespace countersign::azure {
namespace {

using registry::Credential;
using registry::Credentials;
using std::chrono::milliseconds;

// So that who renews a token can still use the old one when that fails.
Deadline half_of(Deadline deadline, const Clock& clock) {
  return deadline.sooner(Deadline::after(clock, deadline.remaining(clock) / 2));
}

// Whatever throws, those who wait hear of it.
Result<RefreshToken> ask(const ExchangePlace& place, const ExchangeMeans& means,
                         Deadline deadline) {
  try {
    return ask_refresh_token(place, means, deadline);
  } catch (...) {
    return fail(Reason::Internal, "the token exchange failed in us");
  }
}

}  // namespace

RegistryExchange::RegistryExchange(const RegistryAccess& access, TokenGiver giver,
                                   net::HttpTransport& http, const Clock& clock)
    : place_(ExchangePlace::of(access)), giver_(std::move(giver)), http_(http), clock_(clock) {}

Result<Credentials> RegistryExchange::credentials_for(const oci::ImageRef& image,
                                                      Deadline deadline) {
  TRY(const auto place, place_);
  if (image.registry() != place.service) {
    return fail(Reason::Internal, "a reference of another registry");
  }
  TRY(auto text, token(deadline));
  Credentials credentials;
  credentials.candidates.push_back(
      {.kind = Credential::Kind::RefreshToken, .user = {}, .secret = std::move(text)});
  return credentials;
}

bool RegistryExchange::refused(const Credentials& credentials) {
  if (credentials.candidates.size() != 1) {
    return false;
  }
  const auto& refused = credentials.candidates.front().secret.reveal();
  const std::scoped_lock lock(mutex_);
  if (!kept_ || kept_->token.reveal() != refused) {
    return true;  // it was replaced meanwhile, or will be
  }
  if (clock_.tick() - kept_->since < limits::kAcrTokenDoubt) {
    return false;
  }
  kept_.reset();
  return true;
}

Result<void> RegistryExchange::renew(Deadline deadline) {
  TRY_VOID(place_);
  Lock lock(mutex_);
  for (;;) {
    if (good() && (flight_ || !to_be_renewed())) {
      return {};
    }
    const auto outcome = flight_ ? wait(lock, deadline) : std::optional(fetch(lock, deadline));
    if (outcome) {
      TRY_VOID(*outcome);
      return {};
    }
  }
}

Result<Secret> RegistryExchange::token(Deadline deadline) {
  Lock lock(mutex_);
  if (!deadline.waits()) {
    return good() ? Result<Secret>(kept_->token)
                  : fail(Reason::DeadlineExceeded, "no refresh token is known");
  }
  for (;;) {
    const bool quiet = clock_.tick() < quiet_until_;
    if (good()) {
      if (flight_ || quiet || !to_be_renewed()) {
        return kept_->token;
      }
      auto renewed = fetch(lock, half_of(deadline, clock_));
      return renewed || !good() ? renewed : kept_->token;
    }
    if (quiet && no_) {
      return std::unexpected(*no_);
    }
    if (!flight_) {
      return fetch(lock, deadline);
    }
    if (auto outcome = wait(lock, deadline)) {
      return std::move(*outcome);
    }
  }
}

bool RegistryExchange::good() const { return kept_ && clock_.tick() < kept_->end; }

bool RegistryExchange::to_be_renewed() const { return clock_.tick() >= kept_->renewal; }

Result<Secret> RegistryExchange::fetch(Lock& lock, Deadline deadline) {
  flight_ = std::make_shared<Flight>();
  lock.unlock();
  auto answer = ask(*place_, {giver_, http_, clock_}, deadline);
  lock.lock();
  return land(std::move(answer));
}

// Nothing when only the other's time was up.
std::optional<Result<Secret>> RegistryExchange::wait(Lock& lock, Deadline deadline) {
  const auto theirs = flight_;
  if (!landed_.wait_for(lock, deadline.remaining(clock_),
                        [&] { return theirs->outcome.has_value(); })) {
    return fail(Reason::DeadlineExceeded, "no refresh token within the time");
  }
  const auto& outcome = *theirs->outcome;
  return outcome || outcome.error().reason != Reason::DeadlineExceeded ? std::optional(outcome)
                                                                       : std::nullopt;
}

Result<Secret> RegistryExchange::land(Result<RefreshToken> answer) {
  const auto now = clock_.tick();
  Result<Secret> outcome;
  no_.reset();
  if (answer) {
    const auto margin =
        std::min<milliseconds>(limits::kAcrTokenMargin, milliseconds(answer->life) / 10);
    const auto end = now + answer->life;
    kept_ = Kept{.token = answer->text, .since = now, .renewal = end - margin, .end = end};
    outcome = std::move(answer->text);
  } else {
    const auto reason = answer.error().reason;
    if (reason == Reason::RegistryAuth) {
      no_ = answer.error();
    }
    // Who has run out of time says nothing about the registry.
    quiet_until_ = reason == Reason::DeadlineExceeded ? now : now + limits::kAbsenceLife;
    outcome = std::unexpected(std::move(answer).error());
  }
  std::exchange(flight_, nullptr)->outcome = outcome;
  landed_.notify_all();
  return outcome;
}

}  // namespace countersign::azure

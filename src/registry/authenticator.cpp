// SPDX-License-Identifier: Apache-2.0
#include "registry/authenticator.h"

#include <algorithm>
#include <utility>

#include "countersign/base/limits.h"

namespace countersign::registry {
namespace {

constexpr std::string_view kBearer = "Bearer ";
constexpr std::string_view kPull = "pull";
constexpr std::string_view kPullAndPush = "pull,push";

Secret bearer(const Secret& token) { return Secret(std::string(kBearer) + token.reveal()); }

bool is_registry_token(const Credential* credential) {
  return credential != nullptr && credential->kind == Credential::Kind::RegistryToken;
}

bool only_reads(std::string_view actions) {
  for (;;) {
    const auto comma = actions.find(',');
    const auto action = actions.substr(0, comma);
    if (action != kPull && action != "metadata_read") {
      return false;
    }
    if (comma == std::string_view::npos) {
      return true;
    }
    actions.remove_prefix(comma + 1);
  }
}

const net::Challenge* find_scheme(const std::vector<net::Challenge>& challenges,
                                  std::string_view scheme) {
  const auto found = std::ranges::find(challenges, scheme, &net::Challenge::scheme);
  return found == challenges.end() ? nullptr : &*found;
}

std::string_view actions_for(const Demand& demand, Access access) {
  switch (access) {
    case Access::Pull:
      return demand.actions;
    case Access::Push:
      return kPullAndPush;
  }
  return {};
}

std::string parameter(const net::Challenge& challenge, std::string_view name) {
  const auto* value = challenge.find(name);
  return value != nullptr ? *value : std::string();
}

}  // namespace

// "repository:<path>:<actions>"; a path may hold a colon, so the ends decide.
std::string read_actions(std::string_view path, std::string_view offered_scope) {
  const auto start = "repository:" + std::string(path) + ":";
  if (!offered_scope.starts_with(start)) {
    return std::string(kPull);
  }
  const auto actions = offered_scope.substr(start.size());
  return std::string(only_reads(actions) ? actions : kPull);
}

Authenticator::Authenticator(std::string registry, TrustedIssuers issuers, const Clock& clock)
    : registry_(std::move(registry)), issuers_(std::move(issuers)), clock_(clock), tokens_(clock) {
  if (const auto& pinned = issuers_.pinned) {
    // Only assumed so far: old enough to be doubted at the first refusal.
    demand_ =
        Remembered{Demand{Issuer{pinned->realm, pinned->services.front()}, std::string(kPull)},
                   clock_.tick() - limits::kDemandLife};
  }
}

Result<Secret> Authenticator::prepare(const Credential* credential, const Asking& asking) {
  if (is_registry_token(credential)) {
    return bearer(credential->secret);
  }
  const auto known = remembered();
  if (!known) {
    return Secret();
  }
  auto authorization = meet(known->demand, credential, Secret(), asking);
  if (!authorization) {
    doubt(*known, authorization.error().reason);
  }
  return authorization;
}

Result<Demand> Authenticator::learn(const net::Response& refusal, const net::Url& asked,
                                    const Asking& asking) {
  TRY(auto demand, read_demand(refusal, asked, asking.path));
  const std::lock_guard lock(mutex_);
  // What is offered to who wants to push says nothing about a pull.
  if (asking.access == Access::Push && demand.bearer && demand_ && demand_->demand.bearer) {
    demand.actions = demand_->demand.actions;
  }
  demand_ = Remembered{demand, clock_.tick()};
  return demand;
}

Result<Secret> Authenticator::meet(const Demand& demand, const Credential* credential,
                                   const Secret& refused, const Asking& asking) {
  if (is_registry_token(credential)) {
    return fail(Reason::RegistryAuth, registry_ + " refuses the configured registry token");
  }
  if (!demand.bearer) {
    return basic(credential, refused);
  }
  const TokenQuestion question{demand.bearer->realm, demand.bearer->service,
                               "repository:" + std::string(asking.path) + ":" +
                                   std::string(actions_for(demand, asking.access))};
  const auto& sent = refused.reveal();
  const Secret refused_token(sent.starts_with(kBearer) ? sent.substr(kBearer.size()) : "");
  // A refusal by one service says nothing about another.
  const auto key = std::string(asking.path) + "\n" + question.service + "\n" +
                   (asking.access == Access::Push ? "push\n" : "pull\n") +
                   (credential != nullptr ? fingerprint(*credential) : std::string());
  TRY(const auto token, tokens_.get(key, refused_token, asking.deadline, [&] {
    return ask_token(question, credential, asking.transport, clock_, asking.deadline);
  }));
  return bearer(token);
}

Result<Demand> Authenticator::read_demand(const net::Response& refusal, const net::Url& asked,
                                          std::string_view path) const {
  TRY(const auto challenges, net::parse_challenges(refusal));
  const auto* bearer_challenge = find_scheme(challenges, "bearer");
  if (issuers_.pinned) {
    return read_pinned(*issuers_.pinned, bearer_challenge, asked, path);
  }
  if (bearer_challenge != nullptr && !parameter(*bearer_challenge, "realm").empty()) {
    TRY(auto realm, accept_realm(parameter(*bearer_challenge, "realm"), asked, issuers_.realms));
    return Demand{Issuer{std::move(realm), parameter(*bearer_challenge, "service")},
                  read_actions(path, parameter(*bearer_challenge, "scope"))};
  }
  if (find_scheme(challenges, "basic") != nullptr) {
    return Demand{};
  }
  return fail(Reason::RegistryAuth,
              registry_ +
                  " answers 401 without a challenge that can be met; registries from "
                  "before the referrers API do so for it");
}

// The challenge is written by whoever answers; where its token comes from was settled before.
Result<Demand> Authenticator::read_pinned(const PinnedIssuer& pinned, const net::Challenge* bearer,
                                          const net::Url& asked, std::string_view path) const {
  if (bearer == nullptr) {
    return fail(Reason::RegistryAuth, registry_ + " demands something else than its own tokens");
  }
  auto service = parameter(*bearer, "service");
  TRY_VOID(accept_issuer(pinned, parameter(*bearer, "realm"), service, asked));
  return Demand{Issuer{pinned.realm, std::move(service)},
                read_actions(path, parameter(*bearer, "scope"))};
}

Result<Secret> Authenticator::basic(const Credential* credential, const Secret& refused) const {
  if (credential == nullptr) {
    return fail(Reason::RegistryAuth, registry_ + " wants a password, and none is configured");
  }
  TRY(auto value, basic_authorization(*credential));
  if (value.reveal() == refused.reveal()) {
    return fail(Reason::RegistryAuth, registry_ + " refuses the configured password");
  }
  return value;
}

std::optional<Authenticator::Remembered> Authenticator::remembered() const {
  const std::lock_guard lock(mutex_);
  return demand_;
}

// What could not be met may no longer be what is demanded: the next call asks without, and lets the
// registry say. A refused credential alone is a reason only now and then, or one wrong secret would
// cost all others a 401. An issuer that is pinned is where it was, however it fails.
void Authenticator::doubt(const Remembered& known, Reason failure) {
  const auto now = clock_.tick();
  const std::lock_guard lock(mutex_);
  const bool same = demand_ && demand_->since == known.since;
  const bool doubtful = failure == Reason::RegistryAuth ? now - known.since >= limits::kDemandLife
                                                        : !issuers_.pinned.has_value();
  if (same && doubtful) {
    demand_.reset();
  }
}

}  // namespace countersign::registry

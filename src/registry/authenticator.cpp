// SPDX-License-Identifier: Apache-2.0
#include "registry/authenticator.h"

#include <algorithm>
#include <utility>

#include "countersign/codec/base64.h"
#include "countersign/crypto/digest.h"

#include "registry/realm.h"

namespace countersign::registry {
namespace {

constexpr std::string_view kBearer = "Bearer ";

Secret bearer(const Secret& token) { return Secret(std::string(kBearer) + token.reveal()); }

// "repository:<path>:<actions>"; a path may hold a colon, so the ends decide.
bool only_reads(std::string_view scope, std::string_view path) {
  static constexpr std::string_view kType = "repository:";
  const auto last = scope.rfind(':');
  if (!scope.starts_with(kType) || last < kType.size() ||
      scope.substr(kType.size(), last - kType.size()) != path) {
    return false;
  }
  for (auto actions = scope.substr(last + 1);;) {
    const auto comma = actions.find(',');
    const auto action = actions.substr(0, comma);
    if (action != "pull" && action != "metadata_read") {
      return false;
    }
    if (comma == std::string_view::npos) {
      return true;
    }
    actions.remove_prefix(comma + 1);
  }
}

// Tells credentials apart without keeping them.
std::string fingerprint(const std::optional<Credential>& credential) {
  if (!credential) {
    return {};
  }
  std::string all = std::to_string(static_cast<int>(credential->kind)) + ":" +
                    std::to_string(credential->user.size()) + ":" + credential->user +
                    credential->secret.reveal();
  auto print = codec::encode_hex(crypto::sha256(as_bytes(all)));
  wipe(all);
  return print;
}

const Challenge* find_scheme(const std::vector<Challenge>& challenges, std::string_view scheme) {
  const auto found = std::ranges::find(challenges, scheme, &Challenge::scheme);
  return found == challenges.end() ? nullptr : &*found;
}

std::string parameter(const Challenge& challenge, std::string_view name) {
  const auto* value = challenge.find(name);
  return value != nullptr ? *value : std::string();
}

}  // namespace

std::string pull_scope(std::string_view path, std::string_view offered) {
  return only_reads(offered, path) ? std::string(offered)
                                   : "repository:" + std::string(path) + ":pull";
}

Authenticator::Authenticator(std::string registry, std::vector<std::string> realms,
                             const Clock& clock)
    : registry_(std::move(registry)), realms_(std::move(realms)), clock_(clock), tokens_(clock) {}

Result<Secret> Authenticator::prepare(const std::optional<Credential>& credential,
                                      std::string_view path, net::HttpTransport& transport,
                                      Deadline deadline) {
  if (credential && credential->kind == Credential::Kind::RegistryToken) {
    return bearer(credential->secret);
  }
  const auto demand = remembered();
  if (!demand) {
    return Secret();
  }
  auto authorization = meet(*demand, credential, Secret(), {path, transport, deadline});
  if (authorization || authorization.error().reason == Reason::DeadlineExceeded) {
    return authorization;
  }
  // What was demanded once may have changed: ask again without, and let the registry say.
  remember(std::nullopt);
  return Secret();
}

Result<Secret> Authenticator::answer(const Refusal& refusal,
                                     const std::optional<Credential>& credential,
                                     std::string_view path, net::HttpTransport& transport,
                                     Deadline deadline) {
  if (credential && credential->kind == Credential::Kind::RegistryToken) {
    return fail(Reason::RegistryAuth, registry_ + " refuses the configured registry token");
  }
  TRY(const auto demand, read_demand(refusal));
  TRY(auto authorization,
      meet(demand, credential, refusal.authorization, {path, transport, deadline}));
  remember(demand);
  return authorization;
}

Result<Authenticator::Demand> Authenticator::read_demand(const Refusal& refusal) const {
  TRY(const auto challenges, parse_challenges(refusal.response));
  const auto* bearer_challenge = find_scheme(challenges, "bearer");
  if (bearer_challenge != nullptr && !parameter(*bearer_challenge, "realm").empty()) {
    TRY(auto realm, accept_realm(parameter(*bearer_challenge, "realm"), refusal.asked, realms_));
    return Demand{Issuer{std::move(realm), parameter(*bearer_challenge, "service")},
                  parameter(*bearer_challenge, "scope")};
  }
  if (find_scheme(challenges, "basic") != nullptr) {
    return Demand{};
  }
  return fail(Reason::RegistryAuth,
              registry_ +
                  " answers 401 without a challenge that can be met; registries from "
                  "before the referrers API do so for it");
}

Result<Secret> Authenticator::meet(const Demand& demand,
                                   const std::optional<Credential>& credential,
                                   const Secret& refused, const Asking& asking) {
  if (!demand.bearer) {
    if (!credential) {
      return fail(Reason::RegistryAuth, registry_ + " wants a password, and none is configured");
    }
    TRY(auto basic, basic_authorization(*credential));
    if (basic.reveal() == refused.reveal()) {
      return fail(Reason::RegistryAuth, registry_ + " refuses the configured password");
    }
    return basic;
  }
  const TokenQuestion question{demand.bearer->realm, demand.bearer->service,
                               pull_scope(asking.path, demand.offered_scope)};
  const auto& sent = refused.reveal();
  const Secret refused_token(sent.starts_with(kBearer) ? sent.substr(kBearer.size()) : "");
  const auto key = std::string(asking.path) + "\n" + fingerprint(credential);
  TRY(const auto token, tokens_.get(key, refused_token, asking.deadline, [&] {
    return ask_token(question, credential, asking.transport, clock_, asking.deadline);
  }));
  return bearer(token);
}

std::optional<Authenticator::Demand> Authenticator::remembered() const {
  const std::lock_guard lock(mutex_);
  return demand_;
}

void Authenticator::remember(std::optional<Demand> demand) {
  const std::lock_guard lock(mutex_);
  demand_ = std::move(demand);
}

}  // namespace countersign::registry

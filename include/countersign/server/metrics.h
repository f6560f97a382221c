// SPDX-License-Identifier: Apache-2.0
// What Prometheus sees. Label values come from closed lists, so the number of series is bounded.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "countersign/base/reason.h"
#include "countersign/server/tls_material.h"

namespace countersign::server {

class Metrics {  // thread-safe
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  enum class Decision : std::uint8_t { Denied, Allowed, Warned, Exempted };
  enum class Run : std::uint8_t { Real, Dry };
  // Reason of a denial or warning.
  void decided(Decision, Run, Reason, std::chrono::nanoseconds took);
  enum class Outcome : std::uint8_t { Refused, Verified, Unverified };
  struct Image {            // one field of a review
    std::string_view rule;  // of the configuration
    std::string_view mode;  // "enforce", "warn", "audit"
    Outcome outcome = Outcome::Refused;
    Reason reason = Reason::Internal;  // of a refusal
  };
  void judged(const Image&);
  // Wait: from the first byte to a worker; Read: of the JSON; Judge; Answer: to bytes again.
  enum class Phase : std::uint8_t { Wait, Read, Judge, Answer };
  void phase(Phase, std::chrono::nanoseconds took);
  // Checks of accepted signatures that failed under action log, or rest on a stale answer.
  void noted(std::size_t notes);
  void rejected_request(int status);   // HTTP errors of the front
  void refused_client(ClientRefusal);  // its certificate was not taken
  void config_reload(bool success);
  void gauge(std::string_view name, double value);  // one of the names in metrics.cpp; others abort
  // The same for one kind of what is remembered of registries: manifest, tag, referrers, content.
  void gauge(std::string_view name, std::string_view fact, double value);

  // Hosts are of the caller's closed list.
  struct RegistryExchange {
    std::string_view host;
    std::string_view kind;
    int status = 0;      // 0: no answer
    bool again = false;  // not the first attempt
    std::chrono::nanoseconds took{};
    std::size_t bytes = 0;
  };
  void registry_exchanged(const RegistryExchange&);
  enum class RegistryBreaker : std::uint8_t { Closed, Trying, Open };
  void registry_breaker(std::string_view host, RegistryBreaker);
  void registry_pulls_left(std::string_view host, std::size_t count);

  // Of the external data provider: requests, and the keys in them. Reason: unless accepted.
  enum class ProviderRequest : std::uint8_t { Unreadable, Overloaded, Answered };
  void provider_request(ProviderRequest, std::chrono::nanoseconds took);
  enum class ProviderKey : std::uint8_t { Refused, Unreadable, Undecided, Warned, Accepted };
  void provider_key(ProviderKey, Reason);

  // What is trusted and by which identities it is fetched, as it is now: names are of the
  // configuration and of the operator's vaults. Each call replaces what the last one said.
  struct TrustStore {
    std::string name;
    std::size_t certificates = 0;
    std::size_t failing = 0;  // items that could not be looked at the last time
    std::optional<std::chrono::seconds> age = {};  // of what was looked at longest ago
  };
  struct TrustedCertificate {
    std::string store, item, version, thumbprint;
    std::chrono::seconds not_after{};  // since 1970
  };
  struct AzureToken {
    std::string identity, audience;
    std::chrono::seconds left{};  // zero: there is none that is good
    std::size_t requests = 0;
    std::size_t failures = 0;
  };
  void trusted(std::span<const TrustStore>, std::span<const TrustedCertificate>);
  void azure_tokens(std::span<const AzureToken>);

  std::string text() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace countersign::server

// SPDX-License-Identifier: Apache-2.0
// What Prometheus sees. Label values come from closed lists, so the number of series is bounded.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "countersign/base/reason.h"

namespace countersign::server {

class Metrics {  // thread-safe
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  enum class Decision : std::uint8_t { Denied, Allowed, Warned };
  void decided(Decision, Reason, std::chrono::nanoseconds took);  // Reason of a denial or warning
  // Checks of accepted signatures that failed under action log, or rest on a stale answer.
  void noted(std::size_t notes);
  void rejected_request(int status);  // HTTP errors of the front
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

  std::string text() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace countersign::server

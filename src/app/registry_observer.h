// SPDX-License-Identifier: Apache-2.0
// Counts and logs what the courier tells.
#pragma once
#include <functional>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <utility>

#include "countersign/base/log.h"
#include "countersign/courier/courier.h"
#include "countersign/server/metrics.h"

namespace countersign::app {

class RegistryObserver final : public courier::Observer {
 public:
  // `hosts` are those that the configuration names, as "ghcr.io" or "host:5000". Every other,
  // to which a registry redirects or sends for a token, is counted as "other": the number of
  // series must not be a stranger's choice. A registry of a family that is among them, as
  // "*.azurecr.io", is counted under that name.
  RegistryObserver(server::Metrics& metrics, log::Logger& logger,
                   std::set<std::string, std::less<>> hosts)
      : metrics_(metrics), logger_(logger), hosts_(std::move(hosts)) {}

  void know(const std::set<std::string, std::less<>>& more);  // from now on, too; thread-safe

  void exchanged(const courier::Exchange&) override;
  void breaker(std::string_view host, Breaker) override;
  void warned(std::string_view host, std::string_view text) override;
  void pulls_left(std::string_view host, std::size_t count) override;

 private:
  std::string label_of(std::string_view host) const;
  bool knows(std::string_view host) const {
    const std::shared_lock lock(mutex_);
    return hosts_.contains(host);
  }

  server::Metrics& metrics_;
  log::Logger& logger_;
  mutable std::shared_mutex mutex_;
  std::set<std::string, std::less<>> hosts_;
};

}  // namespace countersign::app

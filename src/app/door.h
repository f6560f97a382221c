// SPDX-License-Identifier: Apache-2.0
// A listener that opens once there is a certificate to show, and shows another when it gets one.
#pragma once
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "countersign/base/clock.h"
#include "countersign/base/log.h"
#include "countersign/server/front.h"
#include "countersign/server/metrics.h"

#include "app/config_document.h"

namespace countersign::app {

class Door {  // thread-safe
 public:
  struct Tools {  // borrowed but for the function
    server::Handler& handler;
    server::Submit submit;
    server::Metrics& metrics;
    const Clock& clock;
    log::Logger& logger;
  };
  // `where` is the place of `listen` in the configuration.
  Door(std::string where, std::string listen, Tools tools);

  // The first opens it; later ones count for new connections. False: it is what is shown already.
  // Reason::BadConfig: it can't be shown, or, when opening, the port is taken; the old one stays.
  [[nodiscard]] Result<bool> serve_with(const server::TlsMaterial&);

  bool open() const;
  void drain(std::chrono::milliseconds grace);
  std::uint16_t port() const;  // 0 until it is open
  server::FrontCounters counters() const;
  std::optional<Time> certificate_not_after() const;

 private:
  Result<void> open_with(const server::TlsMaterial&);

  const std::string where_, listen_;
  Tools tools_;
  mutable std::mutex mutex_;
  std::shared_ptr<server::Front> front_;  // null until it is open
  std::optional<Version> shown_;
};

}  // namespace countersign::app

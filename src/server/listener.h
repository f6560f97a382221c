// SPDX-License-Identifier: Apache-2.0
// Accepts connections on one address and spreads them over event loops, one thread each. Front and
// Admin are a Listener with a Site.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "countersign/base/clock.h"
#include "countersign/base/log.h"
#include "countersign/base/result.h"
#include "countersign/server/front.h"

#include "server/conversation.h"
#include "server/tls.h"

namespace countersign::server {

struct ListenerOptions {
  std::string listen = {};
  std::size_t threads = 1;
  Phases phases = {};
  Bounds bounds = {};
};

class Listener {
 public:
  // Binds. Reason::BadConfig names the address. All references are borrowed; without `tls` the
  // connections are plain.
  [[nodiscard]] static Result<std::unique_ptr<Listener>> create(const ListenerOptions& options,
                                                                Site& site, const TlsSlot* tls,
                                                                const Clock& clock,
                                                                log::Logger& logger);
  virtual ~Listener() = default;  // closes what is open; the site is not called any more

  virtual void start() = 0;
  virtual void drain(std::chrono::milliseconds grace) = 0;
  virtual std::uint16_t port() const = 0;
  virtual FrontCounters counters() const = 0;
};

}  // namespace countersign::server

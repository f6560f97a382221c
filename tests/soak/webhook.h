// SPDX-License-Identifier: Apache-2.0
// The webhook as it is served, but for its TLS front: JSON in, JSON out, on the application's own
// workers.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/base/log.h"
#include "countersign/server/metrics.h"

#include "app/application.h"
#include "app/registry_observer.h"
#include "app/webhook.h"
#include "support/temp_folder.h"

namespace countersign::soak {

struct Verdict {
  struct Cause {
    std::optional<std::size_t> image;  // its place in the question; none: the whole review
    std::string reason, message;
  };
  bool allowed = false;
  std::vector<Cause> causes;  // of a denial
};

class WholeWebhook {  // thread-safe
 public:
  // Verifies every image at these ports of loopback; `trusted` is the PEM of the one trusted root.
  WholeWebhook(const std::string& trusted, std::span<const std::uint16_t> ports);

  Verdict judge(std::span<const std::string> images);

 private:
  server::HttpReply handle(const server::HttpRequest&);

  support::TempFolder folder_;
  SystemClock clock_;
  std::unique_ptr<log::Logger> logger_ = log::make_silent_logger();
  server::Metrics metrics_;
  std::unique_ptr<app::RegistryObserver> observer_;
  std::unique_ptr<app::Application> application_;
  std::unique_ptr<app::Webhook> webhook_;
};

}  // namespace countersign::soak

// SPDX-License-Identifier: Apache-2.0
// Tells of client certificates that were not taken, without letting who is refused fill the log.
#pragma once
#include <cstddef>
#include <map>
#include <mutex>
#include <string_view>

#include "countersign/base/clock.h"
#include "countersign/base/log.h"

#include "server/client_check.h"

namespace countersign::server {

std::string_view name(ClientRefusal refusal);  // as logs and metrics have it

class RefusalLog {  // thread-safe
 public:
  RefusalLog(log::Logger& logger, const Clock& clock) : logger_(logger), clock_(clock) {}

  // A line a second for each reason at most; the next one says how many it stands for.
  void note(const RefusedClient& refused);

 private:
  struct Told {
    Tick when = {};
    std::size_t untold = 0;
  };
  log::Logger& logger_;
  const Clock& clock_;
  std::mutex mutex_;
  std::map<ClientRefusal, Told> told_;
};

}  // namespace countersign::server

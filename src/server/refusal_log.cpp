// SPDX-License-Identifier: Apache-2.0
#include "server/refusal_log.h"

#include <utility>

#include "countersign/base/limits.h"

namespace countersign::server {

std::string_view name(ClientRefusal refusal) {
  switch (refusal) {
    case ClientRefusal::Missing:
      return "missing";
    case ClientRefusal::Untrusted:
      return "untrusted";
    case ClientRefusal::OutOfTime:
      return "time";
    case ClientRefusal::Usage:
      return "usage";
    case ClientRefusal::Name:
      return "name";
  }
  return "untrusted";
}

void RefusalLog::note(const RefusedClient& refused) {
  const auto now = clock_.tick();
  std::size_t count = 1;
  {
    const std::lock_guard lock(mutex_);
    const auto [told, first] = told_.try_emplace(refused.why, Told{.when = now});
    if (!first && now < told->second.when + limits::kRefusalLogPause) {
      ++told->second.untold;
      return;
    }
    told->second.when = now;
    count += std::exchange(told->second.untold, 0);
  }
  logger_.warning("a client's certificate was not taken",
                  {{"reason", name(refused.why)}, {"name", refused.name}, {"count", count}});
}

}  // namespace countersign::server

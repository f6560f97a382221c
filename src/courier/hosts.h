// SPDX-License-Identifier: Apache-2.0
// The hosts that were asked lately. Bounded: where a registry redirects to is not ours to choose.
#pragma once
#include <memory>
#include <mutex>

#include "countersign/base/limits.h"
#include "countersign/base/lru.h"
#include "countersign/net/url.h"

#include "courier/host_state.h"

namespace countersign::courier {

class Hosts {  // thread-safe
 public:
  std::shared_ptr<HostState> of(const net::Url&);  // by origin

 private:
  std::mutex mutex_;
  Lru<std::shared_ptr<HostState>> hosts_{limits::kHosts};
};

}  // namespace countersign::courier

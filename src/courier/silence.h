// SPDX-License-Identifier: Apache-2.0
// Notices that many wait for a host that answers nobody, so that it can't hold every thread.
#pragma once
#include <cstddef>

#include "countersign/base/clock.h"
#include "countersign/base/limits.h"

namespace countersign::courier {

class Silence {  // time is an argument; not thread-safe
 public:
  bool hopeless(Tick now) const {
    return waiting_ >= limits::kSilentCallers && now - since_ >= limits::kHostSilence;
  }
  void began(Tick now) {
    if (waiting_++ == 0) {
      since_ = now;  // nobody listened before
    }
  }
  void answered(Tick now) { since_ = now; }
  void ended() { --waiting_; }

 private:
  std::size_t waiting_ = 0;
  Tick since_{};
};

}  // namespace countersign::courier

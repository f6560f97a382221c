// SPDX-License-Identifier: Apache-2.0
#include "server/ledger.h"

namespace countersign::server {

Ledger::Seat Ledger::enter(std::size_t most) {
  const std::lock_guard lock(mutex_);
  if (open_ >= most) {
    ++refused_;
    return nullptr;
  }
  ++open_;
  ++accepted_;
  return Seat(this);
}

void Ledger::leave() {
  const std::lock_guard lock(mutex_);
  --open_;
  empty_.notify_all();
}

void Ledger::accepting(bool on) {
  const std::lock_guard lock(mutex_);
  accepting_ = on;
  empty_.notify_all();
}

bool Ledger::wait_empty(std::chrono::milliseconds longest) {
  std::unique_lock lock(mutex_);
  return empty_.wait_for(lock, longest, [this] { return !accepting_ && open_ == 0; });
}

FrontCounters Ledger::counters() const {
  const std::lock_guard lock(mutex_);
  return {.accepted = accepted_,
          .refused = refused_,
          .requests = requests.load(),
          .open = open_,
          .handshake_failures = handshake_failures.load(),
          .gone = gone.load()};
}

}  // namespace countersign::server

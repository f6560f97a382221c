// SPDX-License-Identifier: Apache-2.0
#include "app/signals.h"

#include <initializer_list>
#include <pthread.h>

namespace countersign::app {

Signals::Signals() {
  sigemptyset(&awaited_);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) {
    sigaddset(&awaited_, number);
  }
  sigset_t blocked = awaited_;
  sigaddset(&blocked, SIGPIPE);  // a peer that goes is an error of a write
  pthread_sigmask(SIG_BLOCK, &blocked, &before_);
}

Signals::~Signals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

Signals::Wish Signals::wait() const {
  int number = 0;
  if (sigwait(&awaited_, &number) != 0) {
    return Wish::Stop;
  }
  return number == SIGHUP ? Wish::Reload : Wish::Stop;
}

}  // namespace countersign::app

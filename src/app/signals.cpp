// SPDX-License-Identifier: Apache-2.0
#include "app/signals.h"

#include <ctime>
#include <initializer_list>
#include <pthread.h>

namespace countersign::app {
namespace {

Signals::Wish wish_of(int number) {
  return number == SIGHUP   ? Signals::Wish::Reload
         : number == SIGINT ? Signals::Wish::StopNow
                            : Signals::Wish::Stop;
}

}  // namespace

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
  return wish_of(number);
}

void Signals::wait_for_stop(std::chrono::milliseconds longest, const Clock& clock) const {
  const auto end = Deadline::after(clock, longest);
  for (;;) {
    const auto left = end.remaining(clock);
    const auto whole = std::chrono::floor<std::chrono::seconds>(left);
    const timespec wait{.tv_sec = whole.count(),
                        .tv_nsec = std::chrono::nanoseconds(left - whole).count()};
    const int number = sigtimedwait(&awaited_, nullptr, &wait);
    if (number < 0 ? end.passed(clock) : wish_of(number) != Wish::Reload) {
      return;
    }
  }
}

}  // namespace countersign::app

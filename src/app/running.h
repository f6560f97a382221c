// SPDX-License-Identifier: Apache-2.0
// The application that decides now, and those before it that still finish what they began.
#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "app/application.h"
#include "app/trust_refresher.h"

namespace countersign::app {

class Running {  // thread-safe
 public:
  // The clock is borrowed. `chance`: 0 to 1, evenly, from any thread.
  Running(std::unique_ptr<Application> first, const Clock&, std::function<double()> chance);
  ~Running();
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  std::shared_ptr<Application> current() const;
  // What a review believes from now on; an application lives as long as somebody believes it.
  admission::View view() const { return current()->view(); }

  void replace(std::unique_ptr<Application> next);
  // Ends the applications that nobody uses any more; may take the time of a look at a vault.
  void end_former();

  void look_at_stores_now();  // at those that are fetched
  // Until all of them were looked at; false: `stop` came first, or the time was up.
  bool await_looks(const std::stop_token& stop, std::chrono::milliseconds time);
  void stop();  // looking at stores; looks that have begun go on

 private:
  struct Shift {
    std::shared_ptr<Application> application;
    std::shared_ptr<TrustRefresher> refresher;  // of its trust holder, which the next may share
  };
  Shift shift() const;
  std::shared_ptr<TrustRefresher> refresher_for(const Application&) const;

  const Clock& clock_;
  std::function<double()> chance_;
  mutable std::mutex mutex_;
  Shift now_;
  std::vector<Shift> former_;
};

}  // namespace countersign::app

// SPDX-License-Identifier: Apache-2.0
// Denials as Events of Kubernetes, where who owns the workload looks for them. A pod that is denied
// never exists, so that otherwise only its creator is told: often a controller.
#pragma once
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

#include "countersign/base/clock.h"
#include "countersign/base/log.h"
#include "countersign/base/reason.h"
#include "countersign/cluster/api_client.h"
#include "countersign/cluster/event.h"
#include "countersign/kube/admission_review.h"

#include "app/cluster_access.h"
#include "app/config_events.h"
#include "app/event_queue.h"

namespace countersign::app {

class DenialEvents {  // thread-safe
 public:
  // Reason::BadConfig: not in a cluster. Access, clock and logger are borrowed.
  [[nodiscard]] static Result<std::unique_ptr<DenialEvents>> create(const EventSetup&,
                                                                    ClusterAccess&, const Clock&,
                                                                    log::Logger&);
  ~DenialEvents();  // what waits is lost
  DenialEvents(const DenialEvents&) = delete;
  DenialEvents& operator=(const DenialEvents&) = delete;

  // Returns at once, and asks nobody: a thread of its own writes. Nothing for a dry run, for what
  // is allowed, and for objects in no namespace. `owner`: the controller that made the object, if
  // the review names one; the event is about it then.
  void denied(const kube::Review&, const kube::Answer&, Reason,
              const std::optional<cluster::Involved>& owner = std::nullopt);

  struct Counters {
    std::size_t written = 0, failed = 0, lost = 0;
  };
  Counters counters() const;

 private:
  DenialEvents(const EventSetup&, cluster::ApiClient&, const Clock&, log::Logger&);
  void run(const std::stop_token&);
  void write(const cluster::Event&);
  void tell();

  cluster::ApiClient& api_;
  const Clock& clock_;
  log::Logger& logger_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  EventQueue queue_;
  Counters counters_;
  std::string trouble_;   // of the last that failed
  std::size_t told_ = 0;  // failed and lost, when it was last logged
  std::optional<Tick> told_at_;
  std::jthread thread_;  // the last: it uses the others
};

// "a\nb" is "a": the summary of a denial.
std::string_view first_line(std::string_view text);

}  // namespace countersign::app
